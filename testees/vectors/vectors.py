"""Asks rules written anew in Python the vectors: python3 testees/vectors/vectors.py [DIRECTORY]"""
import base64, collections, json, pathlib, re, sys

quote = lambda text: json.dumps(text, ensure_ascii=False)
is_link = lambda text: re.fullmatch(r"[A-Z2-7]{26}", text) is not None
class Refused(Exception): pass
def join(*parts):  # lexical, as Go's path.Join
    path, kept = "/".join(part for part in parts if part), []
    for name in path.split("/"):
        if name == ".." and kept and kept[-1] != "..": kept.pop()
        elif name == ".." and not path.startswith("/") or name not in ("", ".", ".."): kept.append(name)
    return ("/" * path.startswith("/") + "/".join(kept) or ".") if path else ""
def split_lower(i):
    for entry in i["lower"].split(":"):
        if i["profile"] == "strict" and not (entry.startswith("l/") and is_link(entry[2:])):
            raise Refused(f"layer {quote(i.get('id', i.get('parent')))}: lower entry {quote(entry)} is not a link")
    return i["lower"].split(":")
def get_lower(i):
    if i["profile"] == "strict" and not is_link(i["link"]):
        raise Refused(f"layer {quote(i['parent'])}: link file holds {quote(i['link'])}, not a link id")
    chain = [join("l", i["link"])] + ([] if i["lower"] is None else split_lower(i))
    if len(chain) > 128: raise Refused("max depth exceeded")
    return ":".join(chain)
def mount_data(i, dir, lowers):
    escape = lambda path, bad: re.sub(f"[{bad}]", r"\\\g<0>", path) if i["profile"] == "strict" else path
    lowers = [join(dir, "diff")] * i["readOnly"] + lowers
    data = "index=off," * i["indexOff"] + "lowerdir=" + ":".join(escape(it, r"\\,:") for it in lowers)
    for name, key in () if i["readOnly"] else (("upperdir", "diff"), ("workdir", "work")):
        data += f",{name}={escape(join(dir, key), chr(92) * 2 + ',')}"
    return data + (f",context={quote(i['label'])}" if i["label"] else "")
absolute = lambda i: mount_data(i, join(i["home"], i["id"]), [join(i["home"], it) for it in i["lowers"]])
relative = lambda i: mount_data(i, i["id"], i["lowers"])
def decide_form(i):
    most = 4095 if i["profile"] == "strict" else 4096
    if len(absolute(i).encode()) <= most:
        return {"form": "absolute", "data": absolute(i), "target": join(i["home"], i["id"], "merged")}
    if len(relative(i).encode()) > most:
        raise Refused(f"cannot mount layer, mount label too large {len(relative(i).encode())}")
    return {"form": "relative", "data": relative(i), "target": join(i["id"], "merged"), "cwd": i["home"]}
def to_host(i, own="containerId", other="hostId", say="Container ID {} cannot be mapped to a host ID"):
    for it in [{own: 0, other: 0, "size": 2**32}] if i["maps"] is None else i["maps"]:
        if it[own] <= i["id"] < it[own] + it["size"]: return it[other] + i["id"] - it[own]
    raise Refused(say.format(i["id"]))
def to_container(i): return to_host(i, "hostId", "containerId", "Host ID {} cannot be mapped to a container ID")
RULES = {"link-id/generateID": lambda i: base64.b32encode(base64.b64decode(i["bytes"])).decode()[:26],
         "link-id/isLinkId": lambda i: is_link(i["text"]),
         "lower-chain/getLower": get_lower, "lower-chain/splitLower": split_lower,
         "mount-data/absolute": absolute, "mount-data/relative": relative, "mount-data/decideForm": decide_form,
         "go-path/Join": lambda i: join(*i["elements"]), "id-map/toHost": to_host, "id-map/toContainer": to_container}
asked, wrong = collections.Counter(), 0
for file in sorted(pathlib.Path((sys.argv[1:] + ["vectors"])[0]).glob("*.json")):
    for vector in json.loads(file.read_text("utf-8"))["vectors"]:
        rule, expected = vector["id"].rpartition("/")[0], vector["expected"]
        if rule not in RULES: continue
        asked[rule] += 1
        try: got, want = RULES[rule](vector["input"]), expected.get("value", expected)
        except Refused as error: got, want = str(error), expected.get("error", {}).get("message")
        if got != want: wrong += 1; print(f"{vector['id']}: expected {want!r}, Python has {got!r}")
print(dict(sorted(asked.items())), wrong, "wrong")
sys.exit(wrong > 0 or len(asked) < len(RULES))
