// Modules in the shape that the plotting library's files have: define([names], factory). What stands in a
// page is told its name by the page: modules.named("units") gives the file its own `define`.
const modules = (() => {
  const waiting = new Map(), made = new Map();

  function get(name) {
    if (made.has(name)) return made.get(name);
    if (!waiting.has(name)) throw new Error(`no module "${name}" in this page`);
    const exports = {};
    made.set(name, exports);
    const [needs, factory] = waiting.get(name);
    const returned = factory(...needs.map((need) => (need === 'exports' ? exports : get(need))));
    if (returned !== undefined) made.set(name, returned);
    return made.get(name);
  }

  function named(name) {
    const define = (needs, factory) => waiting.set(name, [needs, factory]);
    define.amd = true;
    return define;
  }

  return {get, named};
})();
