// A table that sorts by any column and keeps the rows that a line of words and conditions describes.
define(['dom'], ({h}) => {
  const kCondition = /^([\w.]+?)(<=|>=|!=|=|<|>)(.+)$/;

  const text = (column, row) =>
      (column.show ? column.show(column.get(row), row) : String(column.get(row) ?? '–'));

  function holds(value, operator, wanted) {
    const number = Number(wanted), isNumber = typeof value === 'number' && !Number.isNaN(number);
    switch (operator) {
      case '<':
        return isNumber && value < number;
      case '>':
        return isNumber && value > number;
      case '<=':
        return isNumber && value <= number;
      case '>=':
        return isNumber && value >= number;
      case '!=':
        return isNumber ? value !== number : String(value) !== wanted;
      default:
        return isNumber ? value === number : String(value) === wanted;
    }
  }

  /** The test that a word of the filter stands for: "cycles>1e6" of a column, else part of any text. */
  function test(word, columns) {
    const match = kCondition.exec(word);
    const column = match && columns.find((c) => c.key === match[1]);
    if (column) return (row) => holds(column.get(row), match[2], match[3]);
    const wanted = word.toLowerCase();
    return (row) => columns.some((c) => c.isText && text(c, row).toLowerCase().includes(wanted));
  }

  function compare(a, b) {
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1;
    return String(a ?? '').localeCompare(String(b ?? ''), 'en', {numeric: true});
  }

  class Table {
    /** `columns`: [{key, title, get(row), show(value, row), isText, hint}]; `rowClass(row)` is optional. */
    constructor({id, title, note, columns, rows, rowClass}) {
      Object.assign(this, {columns, rows, rowClass, sorted: null, ascending: true, words: ''});
      this.heads = columns.map(
          (column) =>
              h('th',
                {class: column.isText ? 'text' : null, scope: 'col', title: column.hint, 'aria-sort': 'none'},
                h('button', {onclick: () => this.sort(column)}, column.title)));
      this.body = h('tbody');
      this.found = h('span', {class: 'soft', role: 'status'});
      this.element =
          h('section', {id, class: 'long'},
            h('div', {class: 'bar'}, h('h2', {}, title), this.found, h('input', {
                type: 'search',
                placeholder: 'filter, as: conv3 cycles>1e6',
                size: 28,
                'aria-label': `Filter ${title}`,
                title: `words, and conditions on ${columns.map((c) => c.key).join(', ')}`,
                oninput: (event) => {
                  this.words = event.target.value;
                  this.fill();
                }
              })),
            note ? h('p', {class: 'note'}, note) : null,
            h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': title},
              h('table', {}, h('thead', {}, h('tr', {}, ...this.heads)), this.body)));
      this.fill();
    }

    show(rows) {
      this.rows = rows;
      this.fill();
    }

    sort(column) {
      this.ascending = this.sorted === column ? !this.ascending : column.isText === true;
      this.sorted = column;
      this.heads.forEach(
          (head, i) => head.setAttribute(
              'aria-sort',
              this.columns[i] !== column ? 'none' :
                  this.ascending         ? 'ascending' :
                                           'descending'));
      this.fill();
    }

    fill() {
      const tests = this.words.split(/\s+/).filter(Boolean).map((word) => test(word, this.columns));
      let rows = this.rows.filter((row) => tests.every((passes) => passes(row)));
      if (this.sorted) {
        const {get} = this.sorted, sign = this.ascending ? 1 : -1;
        rows = [...rows].sort((a, b) => sign * compare(get(a), get(b)));
      }
      this.found.textContent = rows.length === this.rows.length ?
          `${rows.length} rows` :
          `${rows.length} of ${this.rows.length} rows`;
      this.body.replaceChildren(
          ...rows.map(
              (row) =>
                  h('tr', {class: this.rowClass && this.rowClass(row)},
                    ...this.columns.map(
                        (column) =>
                            h('td', {
                              class: [
                                column.isText ? 'text' : '', column.cellClass ? column.cellClass(row) : ''
                              ].join(' ').trim() ||
                                  null,
                              'data-key': column.key,
                              'data-value': column.get(row)
                            },
                              text(column, row))))));
    }
  }

  return {Table};
});
