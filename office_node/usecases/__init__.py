"""What a node does: one verb, one module, one public async function. HTTP and SQL are elsewhere."""
