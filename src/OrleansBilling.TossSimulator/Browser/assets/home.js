// Sends the page's forms to the control API as JSON and loads the page again. JSON, because another site's form
// cannot send it here without asking first.
(() => {
  'use strict';

  const notice = document.getElementById('notice');

  const readers = {
    flag: (input) => input.checked,
    number: (input) => Number(input.value),
    text: (input) => input.value,
    optional: (input) => input.value || null,
    optionalNumber: (input) => (input.value === '' ? null : Number(input.value)),
    lines: (input) => input.value.split('\n').map((line) => line.trim()).filter(Boolean),
  };

  function show(text) {
    notice.textContent = text;
    notice.hidden = false;
    notice.scrollIntoView({ block: 'nearest' });
  }

  async function send(form, submitter) {
    const body = {};
    for (const input of form.querySelectorAll('[data-kind]')) body[input.name] = readers[input.dataset.kind](input);
    if (submitter?.name) body[submitter.name] = Number(submitter.value);
    const response = await fetch(form.dataset.api, {
      method: form.dataset.method ?? 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.ok) {
      window.location.reload();
    } else {
      show(`HTTP ${response.status} ${await response.text()}`);
    }
  }

  for (const form of document.querySelectorAll('form[data-api]')) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      send(form, event.submitter).catch((error) => show(String(error)));
    });
  }
})();
