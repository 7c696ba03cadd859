// A sweep's figure over one setting, a line for each value of another.
define(['figure', 'units', 'charts/lines'], ({Figure}, {figure, isNumber}, lines) => {
  const kNone = '–';

  /** Takes what a sweep's figures share, the options of its choices, and the figure to begin with. */
  return ({points, show, drawn, titleOf, settingOf, statistics, choices, name: first}) => {
    const keys = choices.settings.map(([key]) => key);
    const title = (key) => (key === kNone ? '' : settingOf(key).title);
    const lineOf = (key, point) => (key === kNone ? '' : settingOf(key).of(point));
    /** The shown points at each place, all with one value of either setting. */
    function places(x, line, name) {
      const found = new Map();
      points.shown().filter((p) => isNumber(p.totals[name])).forEach((point) => {
        const place = JSON.stringify([settingOf(x).of(point), lineOf(line, point)]);
        found.set(place, [...(found.get(place) || []), point]);
      });
      return [...found.values()];
    }

    return new Figure({
      id: 'lines',
      title: 'A figure over a setting',
      note:
          'A line for each value of the second setting. Where several points share a place, the chosen one of the least, mean and most of them is shown.',
      choices: {
        x: {label: 'across', options: choices.settings, value: keys[0]},
        line: {
          label: 'a line each',
          options: [[kNone, kNone], ...choices.settings],
          value: keys.length > 1 ? keys[1] : kNone
        },
        metric: {label: 'figure', options: choices.figures, value: first},
        of: {label: 'of each place', options: choices.statistics, value: 'mean'},
        scale: {label: 'scale', options: [['log', 'log'], ['linear', 'linear']], value: 'log'}
      },
      build: ({x, line, metric: name, of, scale}, width) => {
        const {values: xs, title: across} = settingOf(x);
        const rows =
            places(x, line, name).map((members) => ({
                                        x: settingOf(x).of(members[0]),
                                        line: lineOf(line, members[0]),
                                        y: statistics[of](members.map((p) => drawn(p, name))),
                                        text: show(name, statistics[of](members.map((p) => p.totals[name]))),
                                        count: members.length,
                                        titles: [across, title(line)],
                                        name,
                                        of
                                      }));
        rows.sort((a, b) => xs.indexOf(a.x) - xs.indexOf(b.x));
        return lines({
          rows,
          xs,
          lines: line === kNone ? [''] : settingOf(line).values,
          titles: {x: across, y: titleOf(name), line: title(line)},
          tick: figure(name).tick,
          log: scale === 'log',
          width
        });
      },
      details: (place) => ({
        title:
            place.titles.filter(Boolean).map((t, i) => `${t} ${i === 0 ? place.x : place.line}`).join(', '),
        lines: [[`${figure(place.name).title}, ${place.of}`, place.text], ['points', String(place.count)]]
      }),
    });
  };
});
