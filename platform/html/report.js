// The page is complete without this: it only adds buttons that copy commands.
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
