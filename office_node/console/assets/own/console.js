// The key that hides the screen from the person across the desk. Everything else works without this file.
"use strict";
(() => {
  const shown = document.getElementById("shown");
  const cover = document.getElementById("cover");
  const hide = document.getElementById("hide");
  const uncover = document.getElementById("uncover");
  if (!hide) return;
  let before = null;
  const toggle = () => {
    const hiding = cover.hidden;
    if (hiding) before = document.activeElement;
    cover.hidden = !hiding;
    shown.inert = hiding;
    shown.hidden = hiding;
    if (hiding) uncover.focus();
    else if (before) before.focus();
  };
  hide.addEventListener("click", (event) => { event.preventDefault(); toggle(); });
  uncover.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    if (event.key === "F9") { event.preventDefault(); toggle(); }
  });
})();
// What is wrong with a form is read out and reached first.
document.getElementById("summary")?.focus();
