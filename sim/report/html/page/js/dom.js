define([], () => {
  /**
   * An element: h("td", {class: "text", onclick: f}, "a child", another). Attributes that are null are left
   * out.
   */
  function h(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith('on'))
        element.addEventListener(name.slice(2), value);
      else
        element.setAttribute(name, value === true ? '' : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  let choices = 0;

  /** One of a few [value, label] as a row of buttons. */
  function choice(label, options, value, changed) {
    const name = `choice${++choices}`;
    return h(
        'fieldset', {class: 'choice'}, h('legend', {}, label),
        ...options.map(
            ([key, text]) =>
                h('label', {},
                  h('input',
                    {type: 'radio', name, value: key, checked: key === value, onchange: () => changed(key)}),
                  text)));
  }

  /** One of many as a list. */
  function select(label, options, value, changed) {
    const list =
        h('select', {onchange: () => changed(list.value)},
          ...options.map(([key, text]) => h('option', {value: key, selected: key === value}, text)));
    return h('label', {class: 'field'}, label, list);
  }

  function download(name, url) {
    const link = h('a', {href: url, download: name});
    document.body.append(link);
    link.click();
    link.remove();
  }

  return {h, choice, select, download};
});
