"""results.json, sweep.json, the files of points and of Slurm's queue."""
import json

from . import mutate
from .case import Case


def text_of(random, value):
    text = json.dumps(value, ensure_ascii=random.random() < 0.5, indent=random.choice((None, 2))).encode("utf-8", "surrogatepass")
    return mutate.broken(random, text) if random.random() < 0.25 else text


def damaged(random, text):
    act = random.random()
    if act < 0.1:
        return mutate.broken(random, text)
    value = mutate.changed(random, json.loads(text), 2)
    return text_of(random, value)


def of_results(random, base):
    files = dict(base.runs)
    name = random.choice(sorted(files))
    files[name] = damaged(random, files[name])
    more = random.choice(([], [], ["--reprice", "horowitz_45nm"], ["--reprice", "eyeriss_relative"], ["--by", "layer"], ["--layer", "gemm"], ["--csv", "c.csv"], ["--html", "h.html"]))
    runs = random.choice((["a", "b"], ["b", "a"], ["a/results.json:gemm", "b"], ["a", "b:conv3x3:winograd"], ["b:conv3x3", "b"]))
    commands = [(["compare", *runs, *more], tuple(one for one in ("c.csv", "h.html") if one in more)), (["report", name.split("/")[0]], (name.split("/")[0] + "/report.html",)),
                (["run", "--arch", "tiny_2x2", "--workload", "tiny", "--layer", "gemm", "--out", "a"], ("a",))]
    arguments, makes = random.choices(commands, (6, 2, 1))[0]
    return Case("results", arguments, files, makes)


def with_queue(random, files):
    """Something in Slurm's queue."""
    points = [name for name in files if name.startswith("s/points/") and name.count(".") == 1]
    hashes = [name.split("/")[-1][:-5] for name in points]
    listed = {"points": [random.choice(hashes), ""], "seconds": random.choice((None, 3.5)), "memory_bytes": None}
    files["s/slurm/s-0badcafe/points.json"] = damaged(random, json.dumps(listed).encode()) if random.random() < 0.8 else json.dumps(listed).encode()
    if random.random() < 0.5:
        del files[random.choice(points)]


def of_sweep(random, base):
    files = dict(base.sweep)
    candidates = sorted(name for name in files if name.endswith(".json"))
    for name in random.sample(candidates, random.randint(1, 2)):
        files[name] = damaged(random, files[name])
    if random.random() < 0.3:
        point = random.choice([name for name in candidates if "host" not in name and "points" in name])
        record = {"run": point.split("/")[-1][:-5], "kind": "crash", "reason": "none"}
        files[point.replace(".json", ".failed.json")] = damaged(random, json.dumps(record).encode())
        files.pop(point)
    if random.random() < 0.05:
        with_queue(random, files)
    arguments = random.choices((["sweep", "s"], ["sweep", "s.yaml", "--out", "s", "--jobs", "1"], ["report", "s"], ["sweep", "s.yaml", "--out", "s", "--retry-failed"]), (5, 3, 2, 1))[0]
    return Case("points", arguments, files, ("s",))


def generate(random, base):
    return random.choice((of_results, of_sweep))(random, base)
