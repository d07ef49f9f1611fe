// The page is complete without this: it adds buttons that copy commands, and prints what is folded.
if (navigator.clipboard) {
  for (const pre of document.querySelectorAll(".copy pre")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(pre.textContent.trim());
      button.textContent = "Copied";
    });
    pre.parentElement.append(button);
  }
}
const folded = [...document.querySelectorAll("details:not([open])")];
addEventListener("beforeprint", () => folded.forEach(details => (details.open = true)));
addEventListener("afterprint", () => folded.forEach(details => (details.open = false)));
