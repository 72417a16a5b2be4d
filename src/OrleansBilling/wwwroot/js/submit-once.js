// A form that was sent is not sent again by a second click. The server knows repeated commands by their id; this only spares the wait.
for (const form of document.querySelectorAll("form[data-submit-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }

    form.dataset.sent = "true";
  });
}

// The back button shows the page as it was left.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
  }
});
