(() => {
  'use strict';

  const one = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const number = (count) => count.toLocaleString('en');
  const controls = { q: one('q'), api: one('api'), state: one('state'), source: one('source') };
  const only = one('only');
  const cards = new Map(all('.card').map((element) => [element.id, { element }]));
  const rows = all('tbody tr').map((element) => ({ element, card: cards.get(element.dataset.app) }));

  // Read on first need, so that the page is shown sooner.
  function textOf(item) {
    if (item.text === undefined) {
      const parts = [...item.element.querySelectorAll('summary, dd, .items')];
      item.text = parts.map((part) => part.textContent).join(' ').toLowerCase();
    }
    return item.text;
  }

  // A row is also found by values that only its card shows: the owner, the client id.
  function rowText(row) {
    if (row.text === undefined) {
      const values = row.card ? [...row.card.element.querySelectorAll('.names')] : [];
      const parts = [row.element, ...values].map((part) => part.textContent);
      row.text = parts.join(' ').toLowerCase();
    }
    return row.text;
  }

  function show(item, wanted) {
    if (item.element.hidden === wanted) item.element.hidden = !wanted;
    return wanted;
  }

  function apply() {
    const terms = controls.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { api, state, source } = controls;
    const said = (text) => terms.every((term) => text.includes(term));
    const called = new Set();
    let shown = 0;
    for (const row of rows) {
      const { api: ofApi, states, source: ofSource, findings } = row.element.dataset;
      const wanted = (!api.value || ofApi === api.value)
        && (!state.value || states.split(' ').includes(state.value))
        && (!source.value || ofSource === source.value)
        && (!only.checked || findings !== undefined)
        && (!terms.length || said(rowText(row)));
      if (show(row, wanted)) {
        shown += 1;
        called.add(row.card);
      }
    }
    const byText = !api.value && !state.value && !source.value;
    let open = 0;
    for (const card of cards.values()) {
      const found = byText && (!only.checked || card.element.dataset.findings !== undefined)
        && (!terms.length || said(textOf(card)));
      if (show(card, found || called.has(card))) open += 1;
    }
    one('filters').toggleAttribute('data-filtered', filtered());
    one('count').textContent = `${number(shown)} of ${number(rows.length)} rows,`
      + ` ${number(open)} of ${number(cards.size)} applications`;
    for (const [id, empty] of [['no-row', !shown], ['no-card', !open]]) {
      if (one(id)) one(id).hidden = !empty;
    }
  }

  function filtered() {
    return only.checked || Object.values(controls).some((control) => control.value);
  }

  // Browsers allow few changes of the address per second.
  let waiting;
  function remember() {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const kept = new URLSearchParams();
      for (const [name, control] of Object.entries(controls)) {
        if (control.value) kept.set(name, control.value);
      }
      if (only.checked) kept.set('findings', '1');
      const path = location.pathname + location.search;
      history.replaceState(null, '', filtered() ? `#${kept}` : path);
    }, 150);
  }

  function changed() {
    apply();
    remember();
  }

  function clear() {
    for (const control of Object.values(controls)) control.value = '';
    only.checked = false;
    changed();
  }

  function choose(control, value) {
    control.value = value;
    // A link may name an API that is gone: then nothing is shown, not everything.
    if (control.value !== value) {
      control.add(new Option(value, value));
      control.value = value;
    }
  }

  function reveal(id) {
    const card = cards.get(id);
    if (!card) return;
    if (card.element.hidden) clear();
    card.element.open = true;
    card.element.scrollIntoView();
    card.element.querySelector('summary').focus({ preventScroll: true });
  }

  function follow() {
    const fragment = location.hash.slice(1);
    if (fragment && !fragment.includes('=')) return reveal(fragment);
    const kept = new URLSearchParams(fragment);
    for (const [name, control] of Object.entries(controls)) choose(control, kept.get(name) || '');
    only.checked = kept.has('findings');
    return apply();
  }

  const collator = new Intl.Collator('en', { numeric: true });
  const files = all('.card');
  // Most first for numbers; what is unknown comes last, whatever the order.
  function orderCards() {
    const by = one('sort').value;
    const value = (card) => card.dataset[by];
    const numbers = by === 'problems' || by === 'blocked';
    const compare = (a, b) => (numbers ? value(b) - value(a)
      : !value(a) - !value(b) || collator.compare(value(a), value(b)));
    one('cards').append(...(by ? [...files].sort(compare) : files));
  }

  function sortable(head, column) {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const order = head.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending';
      for (const other of head.parentElement.children) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      orderRows(column, order === 'ascending' ? 1 : -1);
    });
  }

  function orderRows(column, sign) {
    const text = new Map(rows.map((row) => [row, row.element.children[column].textContent.trim()]));
    rows.sort((a, b) => sign * collator.compare(text.get(a), text.get(b)));
    let last;
    for (const { element } of rows) {
      const name = element.children[0].textContent;
      element.classList.toggle('again', name === last);
      last = name;
      element.parentElement.append(element);
    }
  }

  function openAll(wanted) {
    for (const { element } of cards.values()) element.open = wanted;
  }

  let before;
  function printing(started) {
    const details = all('details');
    if (started && !before) {
      before = new Map(details.map((element) => [element, element.open]));
      for (const element of details) element.open = true;
    } else if (!started && before) {
      for (const [element, open] of before) element.open = open;
      before = undefined;
    }
  }

  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest('input:not([type=checkbox]), select, textarea');
    if (event.key === '/' && !typing) {
      event.preventDefault();
      controls.q.focus();
      controls.q.select();
    } else if (event.key === 'Escape' && filtered() && event.target.tagName !== 'SELECT') {
      clear();
    }
  }

  openAll(false);
  for (const element of all('[data-long]')) element.open = false;
  for (const id of ['filters', 'tools']) if (one(id)) one(id).hidden = false;
  for (const control of [...Object.values(controls), only]) control.addEventListener('input', changed);
  one('clear').addEventListener('click', clear);
  if (one('tools')) {
    one('open-all').addEventListener('click', () => openAll(true));
    one('close-all').addEventListener('click', () => openAll(false));
    one('sort').addEventListener('input', orderCards);
  }
  all('thead th').forEach(sortable);
  document.addEventListener('keydown', pressed);
  // A second click on a link changes no address, but its card may be closed by then.
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#app-"]');
    if (link) setTimeout(() => reveal(link.hash.slice(1)));
  });
  addEventListener('hashchange', follow);
  matchMedia('print').addEventListener('change', (event) => printing(event.matches));
  addEventListener('beforeprint', () => printing(true));
  addEventListener('afterprint', () => printing(false));
  new ResizeObserver(() => {
    const height = one('filters').offsetHeight;
    document.documentElement.style.setProperty('--bar', `${height}px`);
  }).observe(one('filters'));
  apply();
  follow();
})();
