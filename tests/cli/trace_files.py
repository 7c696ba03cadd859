"""Readers of trace.json and trace.vcd that hold them to the rules of their formats, through a unittest case."""
import collections
import json

FEMTOSECONDS = 10**6  # of a cycle at 1 GHz


class Timeline:
    """trace.json, held to the rules of the format that its readers rely on."""

    def __init__(self, case, path):
        self.case = case
        trace = json.loads(path.read_text())
        self.events = trace["traceEvents"]
        self.tracks = {e["tid"]: e["args"]["name"] for e in self.of("M") if e["name"] == "thread_name"}
        self.layers = [e for e in self.of("X") if self.track(e) == "layers"]
        self.operations = [e for e in self.of("X") if self.track(e) != "layers"]
        case.assertEqual([e["args"]["name"] for e in self.of("M") if e["name"] == "process_name"],
                         [trace["otherData"]["run"]])
        self.check_rules()

    def of(self, phase):
        return [e for e in self.events if e["ph"] == phase]

    def track(self, event):
        return self.tracks[event["tid"]]  # every track that is used has a name

    def check_rules(self):
        case, ends, last = self.case, collections.defaultdict(int), {}
        for event in self.events:
            case.assertIn(event["ph"], "XCM")
            case.assertEqual(event["pid"], 1)
            if event["ph"] == "M":
                continue
            case.assertIs(type(event["ts"]), int)
            case.assertGreaterEqual(event["ts"], 0)
            if event["ph"] == "X":
                case.assertIs(type(event["dur"]), int)
                case.assertGreater(event["dur"], 0, event)
                case.assertGreaterEqual(event["ts"], ends[event["tid"]], event)  # slices of a track do not overlap
                ends[event["tid"]] = event["ts"] + event["dur"]
            else:
                case.assertTrue(event["args"])
                for value in event["args"].values():
                    case.assertIsInstance(value, float)
                case.assertGreater(event["ts"], last.get(event["name"], -1))
                last[event["name"]] = event["ts"]
        case.assertEqual(len(set(self.tracks.values())), len(self.tracks))

    def slices(self):
        return [(e["name"], e["ts"], e["ts"] + e["dur"]) for e in self.operations]

    def in_layer(self, name):
        return [e for e in self.operations if e["args"]["layer"] == name]

    def integral(self, counter, series, begin, end):
        """Of a counter, over cycles."""
        steps = [(e["ts"], e["args"][series]) for e in self.of("C") if e["name"] == counter]
        total = 0.0
        for (at, value), (until, _) in zip(steps, steps[1:] + [(end, 0)]):
            total += value * max(0, min(until, end) - max(at, begin))
        return total


class Waves:
    """trace.vcd: the values of each variable, by its path, as (time, text)."""

    def __init__(self, case, path):
        self.values, self.times, scopes, names, now = collections.defaultdict(list), [], [], {}, None
        lines = iter(path.read_text().splitlines())
        for line in lines:
            words = line.split()
            if words[0] == "$scope":
                scopes.append(words[2])
            elif words[0] == "$upscope":
                scopes.pop()
            elif words[0] == "$var":
                case.assertNotIn(words[3], names)
                names[words[3]] = ".".join(scopes + [words[4]]), int(words[2]) if words[1] == "wire" else 0
            elif words[0] == "$timescale":
                case.assertEqual(words[1:3], ["1", "fs"])
            elif words[0] == "$enddefinitions":
                break
        case.assertEqual(scopes, [])
        for line in lines:
            if line[0] == "#":
                case.assertGreater(int(line[1:]), -1 if now is None else now)
                now = int(line[1:])
                self.times.append(now)
                continue
            value, code = line.split() if " " in line else (line[0], line[1:])
            name, bits = names[code]
            kind = value[0] if " " in line else ""
            case.assertEqual(kind, "s" if bits == 0 else "b" if bits > 1 else "")
            text = value[1:] if kind else value
            case.assertTrue(not self.values[name] or self.values[name][-1][1] != text, line)
            self.values[name].append((now, text))
        case.assertEqual(set(self.values), {name for name, _ in names.values()})  # all have a value from the start

    def of(self, name):
        """With numbers as numbers, times in cycles."""
        number = lambda text: int(text, 2) if set(text) <= {"0", "1"} else text
        return [(at // FEMTOSECONDS, number(text)) for at, text in self.values["systole." + name]]

    def cycles_in(self, name, text):
        steps = self.of(name)
        ends = [at for at, _ in steps[1:]] + [self.times[-1] // FEMTOSECONDS]
        return sum(end - at for (at, value), end in zip(steps, ends) if value == text)
