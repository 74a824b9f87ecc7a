/**
 * Finds text in a page of the help window. Ctrl+F opens a bar; what is typed there is highlighted in the text. Esc closes
 * the bar, and the window when there is none. The only script of the help: it reads its own page, and calls no one.
 */
/* global CSS, document, Highlight, innerHeight, location, NodeFilter, scrollTo, scrollY */
// Otherwise the functions below would replace those of the window, such as open and close.
'use strict';
{
  const byId = (id) => document.getElementById(id);
  const [bar, input, count] = [byId('find'), byId('find-text'), byId('find-count')];

  /** As texts are compared: whatever their case, line ends, non-breaking hyphens and curly apostrophes. Keeps the length. */
  const plain = (text) => {
    const lower = text.toLowerCase();
    return (lower.length === text.length ? lower : text)
      .replace(/\s/g, ' ')
      .replaceAll('‑', '-')
      .replaceAll('’', "'");
  };

  /** The text nodes of the page and where each begins in the whole text. The page never changes, so it is read once. */
  let page = null;
  function readPage() {
    const walker = document.createTreeWalker(byId('text'), NodeFilter.SHOW_TEXT);
    const nodes = [];
    let whole = '';
    while (walker.nextNode()) {
      nodes.push({ node: walker.currentNode, start: whole.length });
      whole += walker.currentNode.data;
    }
    return { nodes, text: plain(whole) };
  }

  /** The range of a match; `from` is the index of a node that begins at or before it. */
  function rangeOf(start, end, from) {
    const range = document.createRange();
    let index = from;
    const seek = (at) => {
      while (page.nodes[index + 1] && page.nodes[index + 1].start < at) index += 1;
      return [page.nodes[index].node, at - page.nodes[index].start];
    };
    // A match begins in the node of its first character, and ends in the node of its last.
    const [first] = seek(start + 1);
    range.setStart(first, start - page.nodes[index].start);
    const beginsIn = index;
    range.setEnd(...seek(end));
    return { range, beginsIn };
  }

  let matches = [];
  let current = -1;
  /** Where the page was when the bar was opened: the first match shown is the next one from there. */
  let origin = 0;

  function search() {
    page ??= readPage();
    const wanted = plain(input.value).trim();
    matches = [];
    for (let at = 0, node = 0; wanted !== ''; at += wanted.length) {
      at = page.text.indexOf(wanted, at);
      if (at < 0) break;
      const { range, beginsIn } = rangeOf(at, at + wanted.length, node);
      matches.push(range);
      node = beginsIn;
    }
    const next = matches.findIndex(
      (range) => range.getBoundingClientRect().top + scrollY >= origin,
    );
    CSS.highlights.set('find', new Highlight(...matches));
    show(Math.max(0, next));
  }

  /** Makes a match the current one, counted around the ends. */
  function show(index) {
    const none = matches.length === 0;
    current = none ? -1 : (index + matches.length) % matches.length;
    for (const id of ['find-previous', 'find-next']) byId(id).disabled = none;
    if (none) {
      CSS.highlights.delete('find-current');
      count.textContent = input.value.trim() === '' ? '' : count.dataset.none;
      return;
    }
    const highlight = new Highlight(matches[current]);
    highlight.priority = 1;
    CSS.highlights.set('find-current', highlight);
    count.textContent = count.dataset.count
      .replace('{index}', current + 1)
      .replace('{total}', matches.length);
    const { top, bottom } = matches[current].getBoundingClientRect();
    // Below the bar and above the lower edge, or else in the middle.
    if (top < bar.getBoundingClientRect().bottom || bottom > innerHeight)
      scrollTo({ top: scrollY + top - innerHeight / 2 });
  }

  function open() {
    if (bar.hidden) {
      bar.hidden = false;
      origin = scrollY;
      search();
    }
    input.select();
    input.focus({ preventScroll: true });
  }

  /** The text found stays selected, so that Tab and the arrow keys go on from there. */
  function close() {
    bar.hidden = true;
    if (current >= 0) {
      const { startContainer, startOffset, endContainer, endOffset } = matches[current];
      document
        .getSelection()
        .setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
    }
    CSS.highlights.clear();
  }

  document.addEventListener('keydown', (event) => {
    const { key, shiftKey } = event;
    const command = (event.ctrlKey || event.metaKey) && !event.altKey;
    const isNext = key === 'F3' || (command && key.toLowerCase() === 'g');
    if (key === 'Escape') {
      if (bar.hidden) location.assign('app://help/close');
      else close();
    } else if (command && key.toLowerCase() === 'f') open();
    else if (isNext && bar.hidden) open();
    else if (isNext || (key === 'Enter' && event.target === input))
      show(current + (shiftKey ? -1 : 1));
    else return;
    event.preventDefault();
  });
  input.addEventListener('input', search);
  byId('find-previous').addEventListener('click', () => show(current - 1));
  byId('find-next').addEventListener('click', () => show(current + 1));
  byId('find-close').addEventListener('click', close);
}
