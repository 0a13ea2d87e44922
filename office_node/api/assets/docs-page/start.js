// Shows this node's own OpenAPI. Nothing is fetched from elsewhere, and nothing typed here is kept.
window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#operations",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
  queryConfigEnabled: false,
  withCredentials: false,
});
