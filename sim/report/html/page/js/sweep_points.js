// The points of a sweep that are done, what varies between them, and which of them the reader wants to see.
define(['units'], ({magnitude, isNumber}) => {
  /** The last words of a key that no other key ends in: "rows" of pe_array.rows. */
  function shortName(key, keys) {
    const words = key.split('.');
    for (let n = 1; n < words.length; ++n) {
      const end = `.${words.slice(-n).join('.')}`;
      if (!keys.some((other) => other !== key && `.${other}`.endsWith(end))) return end.slice(1);
    }
    return key;
  }

  function inOrder(values) {
    const sizes = values.map(magnitude);
    if (sizes.some(Number.isNaN)) return values;
    return [...values].sort((a, b) => magnitude(a) - magnitude(b));
  }

  /** Keys in groups: those that always change together, as a zip's do, are one setting. */
  function together(keys, points) {
    const pattern = (key) => {
      const seen = new Map();
      return points
          .map((point) => {
            const value = point.values[key];
            if (!seen.has(value)) seen.set(value, seen.size);
            return seen.get(value);
          })
          .join();
    };
    const groups = new Map();
    keys.forEach((key) => groups.set(pattern(key), [...(groups.get(pattern(key)) || []), key]));
    return [...groups.values()];
  }

  return (sweep) => {
    const done = sweep.points.filter((point) => point.status === 'done');
    const keys = [...new Set(sweep.points.flatMap((point) => Object.keys(point.values)))];
    const valuesOf =
        (key) => [...new Set(done.map((point) => point.values[key]).filter((value) => value !== undefined))];
    const fixed = Object.fromEntries(
        keys.filter((key) => valuesOf(key).length === 1).map((key) => [key, valuesOf(key)[0]]));
    const settings = together(keys.filter((key) => valuesOf(key).length > 1), done).map((members) => {
      const of = (point) => [...new Set(members.map((key) => String(point.values[key] ?? '–')))].join(' / ');
      const values = inOrder([...new Set(done.map(of))]),
            isText = values.some((value) => Number.isNaN(magnitude(value)));
      const names = members.map((key) => shortName(key, keys));
      const title = names.length > 2 ? `${names[0]} +${names.length - 1}` : names.join(', ');
      return {
        key: members[0],
        keys: members,
        title,
        values,
        isText,
        of,
        order: (value) => (isText ? values.indexOf(value) : magnitude(value))
      };
    });
    const figures = [...new Set(
        done.flatMap((point) => Object.keys(point.totals).filter((name) => isNumber(point.totals[name]))))];
    const hidden = new Set();
    const group = (point) => ['workload', 'layer', 'energy']
                                 .map((key) => point.values[key])
                                 .filter((value) => value !== undefined)
                                 .join(', ');
    const name = (key, value) => `${key}\n${value}`;
    return {
      settings,
      figures,
      fixed,
      group,
      keep: (key, value, isKept) => (isKept ? hidden.delete(name(key, value)) : hidden.add(name(key, value))),
      keepAll: () => hidden.clear(),
      shown: () => done.filter((point) => settings.every((s) => !hidden.has(name(s.key, s.of(point))))),
    };
  };
});
