// What all pages have in common: heading, tiles of headline figures, the resolved configuration.
define(['dom', 'theme'], ({h}, theme) => {
  function heading(title, lines) {
    document.title = title.replace(/\s+/g, ' ');
    document.getElementById('top').append(
        h('div', {}, h('h1', {}, title), ...lines.map((line) => h('p', {class: 'soft'}, line))),
        h('button', {id: 'theme', onclick: theme.toggle, 'aria-label': 'Change between light and dark'},
          'light / dark'),
        h('button', {onclick: () => print()}, 'print'));
  }

  /** `entries`: [name, text, data value, class]. */
  const tiles = (entries) =>
      h('div', {class: 'tiles', id: 'headline'},
        ...entries.map(
            ([name, text, value, kind]) =>
                h('div', {class: 'tile', 'data-key': name, 'data-value': value}, h('b', {class: kind}, text),
                  h('span', {}, name))));

  const isPlain = (value) => value === null || typeof value !== 'object';
  const scalar = (value) =>
      (typeof value === 'string' && /[:#{}[\],]|^\s*$/.test(value) ? JSON.stringify(value) : String(value));

  /** On one line. */
  function flow(value) {
    if (isPlain(value)) return scalar(value);
    if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
    return `{${Object.entries(value).map(([key, member]) => `${key}: ${flow(member)}`).join(', ')}}`;
  }

  const isShort = (value) => isPlain(value) || Object.values(value).every(isPlain);

  /** As the YAML would spell it, what nests no further on one line. */
  function yaml(value, indent = '') {
    if (Array.isArray(value)) return value.map((item) => `${indent}- ${flow(item)}\n`).join('');
    return Object.entries(value)
        .map(
            ([key, member]) =>
                (isShort(member) ? `${indent}${key}: ${flow(member)}\n` :
                                   `${indent}${key}:\n${yaml(member, `${indent}  `)}`))
        .join('');
  }

  const configuration = (parts) => h(
      'section', {id: 'configuration', class: 'long'},
      h('div', {class: 'bar'}, h('h2', {}, 'Configuration, as resolved')),
      ...parts.map(
          ([name, value]) => h(
              'details', {'data-part': name}, h('summary', {}, name), h('pre', {tabindex: 0}, yaml(value)))));

  return {heading, tiles, configuration};
});
