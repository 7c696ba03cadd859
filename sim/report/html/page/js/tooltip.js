define(['dom'], ({h}) => {
  let box = null;

  function at(x, y) {
    const {width, height} = box.getBoundingClientRect();
    box.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 8))}px`;
    box.style.top = `${y + height + 22 > innerHeight ? Math.max(4, y - height - 10) : y + 14}px`;
  }

  /** `content`: {title, lines: [[name, value], …]}; nothing hides. */
  function show(content, x, y) {
    if (!box) document.body.append(box = h('div', {id: 'tooltip', role: 'status'}));
    box.replaceChildren();
    if (!content) return;
    box.append(
        h('b', {}, content.title),
        h('dl', {}, ...content.lines.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])));
    at(x, y);
  }

  return {show, hide: () => box && box.replaceChildren()};
});
