"""Mutations of bytes and of trees (of YAML or JSON). Everything is drawn from the generator that is handed in."""
import copy

NUMBERS = [0, 1, 2, 3, 4, 5, 7, 8, 16, 100, 1023, 1024, 1025, 65536, 2**24, 2**31 - 1, 2**31, 2**32, 2**53, 2**62, 2**63 - 1, 2**63,
           2**64 - 1, 2**64, 10**30, -1, -2**31, -2**63, 0.5, 1.5, 1e-300, 1e300, 12.8, -0.0]
WORDS = ["", "a", "x" * 70, "ü" * 70, "x" * 5000, "true", "null", "~", "1e999", "nan", ".inf", "0x10", "1_000", "4KiB", "1.5KiB", "-1", "1/0", "3/4",
         "a b", "a/b", "../x", "-x", "=1+1", "@x", "#x", "\t", "a\nb", "\u2028", "\x7f", "\0", "all", "auto", "direct", "winograd", "fp32", "int8", "normal",
         "output_stationary", "tiny_2x2", "lecture", "ddr4_3200", "dram", "sram", "[", "{", "%s", "${HOME}", "\ufeff", "pe_array.rows"]
PIECES = [b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\t", b"\r\n", b"\n", b" ", b"'", b'"', b"[", b"]", b"{", b"}", b",", b":", b"&a ",
          b"*a ", b"!!int ", b"- ", b"? ", b"| ", b"> ", b"%YAML 1.2\n", b"---\n", b"...\n", b"<<: ", b"#", b"\\", b"-", b"+", b"e", b"0", b"9" * 30, b"/",
          b"[" * 40, b'{"a":' * 80, b"\x1b[31m"]


def value(random):
    draw = random.random()
    if draw < 0.4:
        return random.choice(NUMBERS)
    if draw < 0.75:
        return random.choice(WORDS)
    return copy.deepcopy(random.choice([None, True, False, [], {}, [1], [1, 2], [[1]], {"a": 1}, ["a"], [None], {"": ""}]))


def places(tree, found=None):
    """Every container with each of its keys or places."""
    found = [] if found is None else found
    keys = tree.keys() if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        found.append((tree, key))
        places(tree[key], found)
    return found


def near(random, old):
    """A value of the same type."""
    if isinstance(old, bool):
        return not old
    if isinstance(old, int):
        return random.choice([old - 1, old + 1, old * 2, old // 2, -old, old * 1000, random.choice(NUMBERS)])
    if isinstance(old, float):
        return random.choice([old / 2, old * 3, -old, old * 1e30, round(old)])
    if isinstance(old, str):
        at = random.randrange(len(old) + 1)
        return random.choice([old[:at] + random.choice(WORDS) + old[at:], old[:at], old.upper(), old + old, random.choice(WORDS)])
    return value(random)


def change(random, tree):
    """One mutation of the tree, in place."""
    found = places(tree)
    if not found:
        return
    holder, key = random.choice(found)
    act = random.choice(("delete", "value", "value", "near", "near", "near", "swap", "more", "rename"))
    if act == "delete":
        del holder[key]
    elif act == "value":
        holder[key] = value(random)
    elif act == "near":
        holder[key] = near(random, holder[key])
    elif act == "swap":
        other, place = random.choice(found)
        holder[key], other[place] = copy.deepcopy(other[place]), copy.deepcopy(holder[key])
    elif act == "more" and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif act == "more":
        holder[random.choice(WORDS)] = value(random)
    elif isinstance(holder, dict):
        holder[str(near(random, str(key)))] = holder.pop(key)


def changed(random, tree, most=3):
    tree = copy.deepcopy(tree)
    for _ in range(random.randint(1, most)):
        change(random, tree)
    return tree


def broken(random, text, most=3):
    """Mutations of bytes."""
    for _ in range(random.randint(1, most)):
        at, end = sorted((random.randrange(len(text) + 1), random.randrange(len(text) + 1)))
        end = min(end, at + 40)
        act = random.randrange(6)
        if act == 0:
            text = text[:at] + bytes([random.randrange(256)]) + text[at + 1:]
        elif act == 1:
            text = text[:at] + random.choice(PIECES) + text[at:]
        elif act == 2:
            text = text[:at] + text[end:]
        elif act == 3:
            text = text[:end] + text[at:]
        elif act == 4:
            text = text[:at]
        else:
            text = text[:at] + random.choice(PIECES) + text[end:]
    return text
