// The charts of a sweep.
define(
    [
      'units', 'figure', 'line_figure', 'charts/scatter', 'charts/parallel', 'charts/heat_map',
      'charts/effects'
    ],
    ({figure, isNumber}, {Figure}, lineFigure, scatter, parallel, heatMap, effects) => {
      const kStatistics = {
        least: (v) => Math.min(...v),
        mean: (v) => v.reduce((a, b) => a + b, 0) / v.length,
        most: (v) => Math.max(...v)
      };

      return (points, sweep) => {
        const statisticOptions = Object.keys(kStatistics).map((name) => [name, name]);
        const figureOptions = points.figures.map((name) => [name, figure(name).title]);
        const settingOptions = points.settings.map((s) => [s.key, s.title]);
        const first = sweep.objectives.find((name) => points.figures.includes(name)) || points.figures[0];
        const second = sweep.objectives.find((name) => name !== first && points.figures.includes(name)) ||
            points.figures[1] || first;
        const unit = points.shown()[0].energy_unit;
        const show = (name, value) => figure(name).show(value, unit);
        // Energies are stored in picojoules and drawn in joules.
        const drawn = (point, name) =>
            (name === 'energy' && unit === 'pJ' ? point.totals[name] * 1e-12 : point.totals[name]);
        const titleOf = (name) => figure(name).title +
            (name === 'energy' && unit === 'pJ' ? ' (J)' :
                 name === 'seconds'             ? ' (s)' :
                                                  '');
        const settingOf = (key) => points.settings.find((s) => s.key === key);
        const lines = (point) =>
            [...points.settings.map((s) => [s.title, s.of(point)]),
             ...points.figures.map((name) => [figure(name).title, show(name, point.totals[name])])];
        const about = (point) =>
            ({title: `${point.point}${point.pareto ? ', on the Pareto front' : ''}`, lines: lines(point)});
        const metric = (value) => ({label: 'figure', options: figureOptions, value});

        /** Points that no other of their group betters in both figures, by the first. */
        function front(rows, names) {
          const sign = (name) => (figure(name).better === 'more' ? -1 : 1);
          const groups = new Map();
          rows.forEach((row) => groups.set(row.group, [...(groups.get(row.group) || []), row]));
          return [...groups.values()].flatMap((members) => {
            let best = null;
            return [...members]
                .sort((a, b) => sign(names.x) * (a.x - b.x) || sign(names.y) * (a.y - b.y))
                .filter((row) => {
                  const isEqual = best !== null && row.x === best.x && row.y === best.y;
                  if (best !== null && !isEqual && sign(names.y) * (row.y - best.y) >= 0) return false;
                  best = row;
                  return true;
                });
          });
        }

        const pareto = new Figure({
          id: 'pareto',
          title: 'Pareto front',
          note:
              'Joined and ringed: no other point of the same workload and layers is better in both figures. The front is that of the points shown.',
          choices: {
            x: {label: 'across', options: figureOptions, value: first},
            y: {label: 'up', options: figureOptions, value: second},
            ...(settingOptions.length ?
                    {colour: {label: 'colour', options: settingOptions, value: settingOptions[0][0]}} :
                    {}),
            scale: {label: 'scale', options: [['log', 'log'], ['linear', 'linear']], value: 'log'}
          },
          build: ({x, y, colour, scale}, width) => {
            const rows = points.shown()
                             .filter((p) => isNumber(p.totals[x]) && isNumber(p.totals[y]))
                             .map((point) => ({
                                    x: drawn(point, x),
                                    y: drawn(point, y),
                                    colour: colour ? settingOf(colour).of(point) : '',
                                    group: points.group(point),
                                    point
                                  }));
            const best = front(rows, {x, y});
            best.forEach((row) => {
              row.front = true;
            });
            rows.sort((a, b) => Boolean(a.front) - Boolean(b.front));  // the front on top
            return scatter({
              rows,
              front: best,
              names: {x, y},
              titles: {x: titleOf(x), y: titleOf(y)},
              colours: colour ? settingOf(colour).values : [''],
              colourTitle: colour ? settingOf(colour).title : '',
              log: scale === 'log',
              width
            });
          },
          details: (datum) => about(datum.point),
        });

        const lanes = new Figure({
          id: 'parallel',
          title: 'All settings and figures',
          note:
              'A line is a point of the sweep; it crosses each axis at its value. Choose what to show above.',
          choices: {colour: {...metric(first), label: 'colour'}},
          build: ({colour}, width) => {
            const shown = points.shown().filter((p) => isNumber(p.totals[colour]));
            const names = [...new Set(
                [first, second, ...(points.figures.includes('utilization') ? ['utilization'] : [])])];
            const axes = [
              ...points.settings.map((s) => ({title: s.title, values: s.values})),
              ...names.map((name) => ({title: titleOf(name), values: null, tick: figure(name).tick}))
            ];
            const rows = shown.map(
                (point) => ({
                  id: point.point,
                  point,
                  colour: drawn(point, colour),
                  ...Object.fromEntries(axes.map(
                      (axis, i) =>
                          [`a${i}`,
                           i < points.settings.length ? points.settings[i].of(point) :
                                                        drawn(point, names[i - points.settings.length])]))
                }));
            return parallel({
              axes,
              rows,
              colourTitle: titleOf(colour),
              colourTick: figure(colour).tick,
              width: Math.max(width, axes.length * 100)
            });
          },
          details: (datum, chosen, item) => about(item.mark.group.datum.point),
        });
        if (points.settings.length === 0) return [pareto.element];

        const heat = new Figure({
          id: 'heat',
          title: 'Heat map',
          note:
              'A figure over two settings. Where several points share a cell, the chosen one of the least, mean and most of them is shown.',
          choices: {
            x: {label: 'across', options: settingOptions, value: settingOptions[0][0]},
            y: {
              label: 'up',
              options: settingOptions,
              value: settingOptions[Math.min(1, settingOptions.length - 1)][0]
            },
            metric: metric(first),
            of: {label: 'of each cell', options: statisticOptions, value: 'mean'}
          },
          build: ({x, y, metric: name, of}, width) => {
            const cells = new Map();
            points.shown().filter((p) => isNumber(p.totals[name])).forEach((point) => {
              const key = JSON.stringify([settingOf(x).of(point), settingOf(y).of(point)]);
              cells.set(key, [...(cells.get(key) || []), point]);
            });
            const rows = [...cells.values()].map((members) => {
              const value = kStatistics[of](members.map((p) => drawn(p, name)));
              const raw = kStatistics[of](members.map((p) => p.totals[name]));
              return {
                x: settingOf(x).of(members[0]),
                y: settingOf(y).of(members[0]),
                value,
                raw,
                name,
                text: show(name, raw),
                count: members.length,
                titles: [settingOf(x).title, settingOf(y).title],
                of
              };
            });
            return heatMap({
              cells: rows,
              xs: settingOf(x).values,
              ys: [...settingOf(y).values].reverse(),
              titles: {x: settingOf(x).title, y: settingOf(y).title},
              title: titleOf(name),
              tick: figure(name).tick,
              width
            });
          },
          details: (cell) => ({
            title: `${cell.titles[0]} ${cell.x}, ${cell.titles[1]} ${cell.y}`,
            lines: [[`${figure(cell.name).title}, ${cell.of}`, cell.text], ['points', String(cell.count)]]
          }),
        });

        const main = new Figure({
          id: 'effects',
          title: 'Main effects',
          note:
              'The mean of a figure over all shown points that have the value; the dashed line is the mean of all. A flat line: the setting matters little on its own.',
          choices: {metric: metric(first)},
          build: ({metric: name}, width) => {
            const shown = points.shown().filter((p) => isNumber(p.totals[name]));
            const levels =
                points.settings
                    .flatMap((s) => s.values.map((value) => {
                      const own = shown.filter((p) => s.of(p) === value);
                      if (own.length === 0) return null;
                      const of = (statistic, get) => kStatistics[statistic](own.map(get));
                      return {
                        setting: s.key,
                        title: s.title,
                        key: `${s.key}=${value}`,
                        value,
                        mean: of('mean', (p) => drawn(p, name)),
                        name,
                        count: own.length,
                        texts: ['least', 'mean', 'most'].map(
                            (statistic) => [statistic, show(name, of(statistic, (p) => p.totals[name]))])
                      };
                    }))
                    .filter(Boolean);
            const settings = points.settings.map((s) => s.key)
                                 .filter((key) => levels.some((level) => level.setting === key));
            return effects({
              levels,
              settings,
              overall: kStatistics.mean(shown.map((p) => drawn(p, name))),
              title: titleOf(name),
              tick: figure(name).tick,
              width: Math.max(width, levels.length * 34 + 120)
            });
          },
          details: (level) => ({
            title: `${level.title} ${level.value}`,
            lines: [['figure', figure(level.name).title], ...level.texts, ['points', String(level.count)]]
          }),
        });
        const curves = lineFigure({
          points,
          show,
          drawn,
          titleOf,
          settingOf,
          statistics: kStatistics,
          choices: {settings: settingOptions, figures: figureOptions, statistics: statisticOptions},
          name: first
        });
        return [pareto.element, lanes.element, heat.element, main.element, curves.element];
      };
    });
