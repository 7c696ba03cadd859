// The report of a sweep. One filter over the values of what varies rules all figures and the table.
define(
    ['dom', 'units', 'header', 'figure', 'table', 'sweep_points', 'sweep_figures'],
    ({h}, {count, figure}, header, {draw}, {Table}, makePoints, figures) => {
      function tiles(sweep) {
        const number = (status) => sweep.points.filter((point) => point.status === status).length;
        const entries = [
          ['points', count(sweep.points.length), sweep.points.length],
          ['done', count(number('done')), number('done')]
        ];
        for (const status of ['failed', 'pending']) {
          if (number(status) > 0)
            entries.push(
                [status, count(number(status)), number(status), status === 'failed' ? 'fail' : null]);
        }
        if (sweep.left_out > 0)
          entries.push(['combinations left out by conditions', count(sweep.left_out), sweep.left_out]);
        const front = sweep.points.filter((point) => point.pareto).length;
        entries.push([
          `on the Pareto front of ${sweep.objectives.map((name) => figure(name).title).join(', ')}`,
          count(front), front
        ]);
        return header.tiles(entries);
      }

      /** Check boxes of all that varies. */
      function filter(points, changed) {
        const boxes = points.settings.map(
            (setting) => h(
                'fieldset', {class: 'values', title: setting.keys.join(', ')}, h('legend', {}, setting.title),
                ...setting.values.map(
                    (value) =>
                        h('label', {}, h('input', {
                            type: 'checkbox',
                            checked: true,
                            'data-setting': setting.key,
                            value,
                            onchange: (event) => {
                              points.keep(setting.key, value, event.target.checked);
                              changed();
                            }
                          }),
                          ` ${value}`))));
        return h(
            'section', {id: 'filter'},
            h('div', {class: 'bar'}, h('h2', {}, 'Points to show'),
              h('button', {
                onclick: (event) => {
                  event.target.closest('section').querySelectorAll('input').forEach((box) => {
                    box.checked = true;
                  });
                  points.keepAll();
                  changed();
                }
              },
                'all')),
            h('div', {}, ...boxes));
      }

      function failures(sweep) {
        const rows = sweep.points.filter((point) => point.status === 'failed');
        if (rows.length === 0) return [];
        const words = (point) =>
            Object.entries(point.values).map(([key, value]) => `${key} ${value}`).join(', ');
        return [new Table({
                  id: 'failures',
                  title: 'Points that failed',
                  rows,
                  columns: [
                    {key: 'point', title: 'point', isText: true, get: (p) => p.point},
                    {key: 'kind', title: 'kind', isText: true, get: (p) => p.kind},
                    {key: 'reason', title: 'reason', isText: true, get: (p) => p.reason},
                    {key: 'values', title: 'values', isText: true, get: words}
                  ]
                }).element];
      }

      function tableOf(points) {
        return new Table({
          id: 'points',
          title: 'Points',
          rows: points.shown(),
          rowClass: (point) => (point.pareto ? 'front' : null),
          note: 'A bar at the left marks the Pareto front of the sweep\'s objectives.',
          columns: [
            {key: 'point', title: 'point', isText: true, get: (p) => p.point},
            ...points.settings.map((s) => ({
                                     key: s.key,
                                     title: s.title,
                                     isText: s.isText,
                                     hint: s.keys.join(', '),
                                     get: (p) => (s.isText ? s.of(p) : s.order(s.of(p))),
                                     show: (v, p) => s.of(p)
                                   })),
            ...points.figures.map((name) => ({
                                    key: name,
                                    title: figure(name).title,
                                    get: (p) => p.totals[name],
                                    show: (v, p) => figure(name).show(v, p.energy_unit)
                                  })),
            {key: 'pareto', title: 'front', isText: true, get: (p) => (p.pareto ? 'yes' : 'no')}, {
              key: 'check',
              title: 'check',
              isText: true,
              get: (p) => p.check,
              cellClass: (p) => (p.check === 'skipped' ? '' : p.check)
            }
          ],
        });
      }

      return ({sweep}) => {
        header.heading(sweep.name, [`A sweep of ${count(sweep.points.length)} points; objectives: ${
                                       sweep.objectives.map((name) => figure(name).title).join(', ')}`]);
        const points = makePoints(sweep);
        const parts = [tiles(sweep)];
        if (points.shown().length > 0) {
          const table = tableOf(points);
          const changed = () => {
            table.show(points.shown());
            draw();
          };
          if (points.settings.length > 0) parts.push(filter(points, changed));
          parts.push(...figures(points, sweep), table.element);
        }
        const fixed = Object.entries(points.fixed);
        parts.push(...failures(sweep));
        if (fixed.length > 0) parts.push(header.configuration([['the same at all points', points.fixed]]));
        return parts;
      };
    });
