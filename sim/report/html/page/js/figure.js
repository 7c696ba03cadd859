// A chart with its heading, choices, export and details on hover or arrow keys.
define(['dom', 'theme', 'tooltip', 'vega'], ({h, choice, select, download}, theme, tooltip, vega) => {
  const all = [];
  const kMostButtons = 3;

  class Figure {
    /**
     * `choices`: {key: {label, options: [[value, text], …], value}}; `build(chosen, width)` gives a Vega
     * specification, or null where there is nothing to show, whose marks named "item" have details, and
     * `details(datum, chosen, item)` words them.
     */
    constructor({id, title, note, choices = {}, build, details}) {
      Object.assign(this, {id, title, build, details, view: null, marked: -1});
      this.chosen = Object.fromEntries(Object.entries(choices).map(([key, entry]) => [key, entry.value]));
      this.chart = h('div', {
        class: 'chart',
        tabindex: 0,
        role: 'group',
        'aria-label': `${title}. Arrow keys walk through its parts.`,
        onkeydown: (event) => this.key(event),
        onblur: () => this.unmark()
      });
      this.element =
          h('section', {id},
            h('div', {class: 'bar'}, h('h2', {}, title),
              ...Object.entries(choices).map(([key, entry]) => this.control(key, entry)),
              h('span', {},
                h('button', {onclick: () => this.save('svg'), 'aria-label': `Save ${title} as SVG`}, 'SVG'),
                ' ',
                h('button', {onclick: () => this.save('png'), 'aria-label': `Save ${title} as PNG`}, 'PNG'))),
            note ? h('p', {class: 'note'}, note) : null, this.chart);
      all.push(this);
    }

    control(key, {label, options, value}) {
      const make = options.length <= kMostButtons ? choice : select;
      return make(label, options, value, (chosen) => {
        this.chosen[key] = chosen;
        this.draw();
      });
    }

    draw() {
      if (this.view) this.view.finalize();
      this.unmark();
      const width = theme.isPrinting() ? 1000 : Math.max(280, this.chart.clientWidth - 2);
      const spec = this.build(this.chosen, width);
      if (!spec) {
        this.view = null;
        this.chart.replaceChildren(h('p', {class: 'soft'}, 'nothing to show'));
        return;
      }
      const runtime = vega.parse(
          {
            padding: 2,
            autosize: {type: 'fit-x', contains: 'padding'},
            width,
            description: this.title,
            ...spec
          },
          theme.config());
      this.view =
          new vega.View(runtime, {renderer: 'svg', container: this.chart, hover: true, logLevel: vega.Error});
      this.view.tooltip((handler, event, item, value) => {
        if (value)
          tooltip.show(this.details(item.datum, this.chosen, item), event.clientX, event.clientY);
        else
          tooltip.hide();
      });
      this.view.run();
    }

    async save(kind) {
      if (!this.view) return;
      const url = await this.view.toImageURL(kind, kind === 'png' ? 3 : 1);
      download(`${document.title} - ${this.title}.${kind}`.replace(/[^\w.@+ -]+/g, '_'), url);
    }

    key(event) {
      const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
      if (event.key === 'Escape') this.unmark();
      if (!step) return;
      event.preventDefault();
      const items = [...this.chart.querySelectorAll('g.item > *')].filter((item) => item.__data__);
      if (items.length === 0) return;
      this.marked = (this.marked + step + items.length) % items.length;
      this.chart.querySelectorAll('.at').forEach((item) => item.classList.remove('at'));
      const item = items[this.marked];
      item.classList.add('at');
      item.scrollIntoView({block: 'nearest', inline: 'nearest'});
      const box = item.getBoundingClientRect();
      tooltip.show(this.details(item.__data__.datum, this.chosen, item.__data__), box.right, box.top);
    }

    unmark() {
      this.marked = -1;
      this.chart.querySelectorAll('.at').forEach((item) => item.classList.remove('at'));
      tooltip.hide();
    }
  }

  const draw = () => all.forEach((figure) => figure.draw());

  /** Draws all, now and whenever the theme or the width changes. */
  function start() {
    let width = innerWidth, timer = 0;
    theme.onchange(draw);
    addEventListener('resize', () => {
      if (innerWidth === width || theme.isPrinting()) return;
      width = innerWidth;
      clearTimeout(timer);
      timer = setTimeout(draw, 150);
    });
    draw();
  }

  return {Figure, draw, start};
});
