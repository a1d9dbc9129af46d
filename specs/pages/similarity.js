'use strict';
/* A click on a piece scrolls the other side until its twin stands beside it. Without this, the links still lead there. */
addEventListener('DOMContentLoaded', () => {
  document.documentElement.classList.add('scripts');

  const link = anchor => anchor.closest('a') || anchor.nextElementSibling;
  const twin = piece => document.getElementById(piece.getAttribute('href').slice(1));

  function light(pieces) {
    document.querySelectorAll('.pane a.on').forEach(a => a.classList.remove('on'));
    pieces.forEach(a => a && a.classList.add('on'));
  }

  /* Puts `target` of a pane at the height of the window at which `piece` stands. */
  function align(piece, target) {
    const pane = target.closest('.pane');
    pane.scrollTop += target.getBoundingClientRect().top - piece.getBoundingClientRect().top;
  }

  function show(piece) {
    const other = twin(piece);
    if (!other)
      return;
    align(piece, other);
    light([piece, link(other)]);
    history.replaceState(null, '', piece.getAttribute('href'));
  }

  function step(pane, by) {
    const pieces = [...pane.querySelectorAll('a')].filter(a => a.offsetParent);
    const at = pieces.findIndex(a => a.classList.contains('on'));
    const next = pieces[at < 0 ? 0 : at + by];
    if (!next)
      return;
    next.scrollIntoView({ block: 'center' });
    show(next);
  }

  document.querySelectorAll('.pane').forEach(pane => {
    pane.addEventListener('click', event => {
      const piece = event.target.closest('a');
      if (!piece || String(getSelection()))
        return;
      event.preventDefault();
      show(piece);
    });
  });
  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.key !== 'n' && event.key !== 'p'))
      return;
    const pane = (document.activeElement && document.activeElement.closest('.pane')) || document.querySelector('.pane');
    if (pane)
      step(pane, event.key === 'n' ? 1 : -1);
  });
  document.querySelectorAll('.key input').forEach(box => {
    box.addEventListener('change', () => document.body.classList.toggle('hide-' + box.dataset.kind, !box.checked));
  });
});
