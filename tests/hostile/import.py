#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of other tools that are meant to hurt: `brink import` refuses or reads each within 200 MB, and ends by itself.

    import.py PROGRAM [--sanitized]     a sanitizer's own memory is not held against the program
"""
import os
import pathlib
import random
import resource
import signal
import sys
import tempfile
import unittest

program, is_sanitized = os.path.abspath(sys.argv[1]), "--sanitized" in sys.argv
MEMORY, SECONDS = 200_000, 600 if is_sanitized else 60  # KB; of processor time, by which a hang is told
FULL = 3_900_000  # bytes, just below what is read


def issue(items, name="Price", index=1):
    return f'<issue index="{index}" name="{name}">{items}</issue>'


def domain(issues):
    return f"<negotiation_template><utility_space><objective>\n{issues}</objective></utility_space></negotiation_template>"


def profile(body):
    return f"<utility_space><objective>\n{body}</objective></utility_space>"


def filled(part, before="", after=""):
    return before + part * (FULL // len(part)) + after


ITEMS = '<item value="low" evaluation="1"/><item value="high" evaluation="2"/>'
DOMAIN, PROFILE = domain(issue(ITEMS)), profile(issue(ITEMS) + '<weight index="1" value="1"/>')
OBJECT = '{"issueWeights": {"A": 1}, "issues": {"A": {"x": 1, "y": 0}}}'
TABLE = "Actor,Capability,Position,Salience\na,1,0,50\nb,2,1,60\n"
JUNK = random.Random(1).randbytes(1_000_000)
NUMBER = '<issue index="1" name="n" type="integer" lowerbound="0" upperbound="9"></issue>'
RECTANGLE = '<hyperRectangle utility="1"><INCLUDES index="1" min="%s" max="2"/></hyperRectangle>'


def crowd(evaluation, count=60, first="v"):
    """Issues of 900 values: more than a scenario holds."""
    return "".join(issue("".join(f'<item value="{first}{i}" evaluation="{evaluation}"/>' for i in range(900)), f"i{k}", k) for k in range(count))


def laughs():
    entities = "".join(f'<!ENTITY b{i} "{("&b%d;" % (i - 1) if i else "ha") * 10}">' for i in range(12))
    return f"<!DOCTYPE x [{entities}]><utility_space>&b11;</utility_space>"


def rectangles(low):
    return profile('<utility maxutility="1"><ufun>' + RECTANGLE % low * 40000 + "</ufun></utility>")


class Hostile(unittest.TestCase):
    def end(self, kind, files):
        """Exit status, standard error and peak memory in KB."""
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, str(i)) for i in range(len(files))]
            for path, text in zip(paths, files):
                pathlib.Path(path).write_bytes(text if isinstance(text, bytes) else text.encode())
            said = os.path.join(folder, "said")
            child = os.fork()
            if child == 0:
                resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
                os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT), 2)
                os.execv(program, [program, "import", kind, *paths, "-o", os.path.join(folder, "out")])
            _, status, usage = os.wait4(child, 0)
            has_written = os.path.exists(os.path.join(folder, "out"))
            text = pathlib.Path(said).read_text(errors="replace")
        self.assertFalse(os.WIFSIGNALED(status), f"{signal.Signals(os.WTERMSIG(status)).name}" if os.WIFSIGNALED(status) else "")
        self.assertEqual(has_written, os.waitstatus_to_exitcode(status) == 0)
        return os.waitstatus_to_exitcode(status), text, usage.ru_maxrss

    def expect(self, kind, files, code):
        """`code` None: it is read."""
        status, said, memory = self.end(kind, files)
        self.assertEqual(status, 2 if code else 0, said[:300])
        if code:
            self.assertIn(f"error[{code}]", said[:20000])
        if not is_sanitized:
            self.assertLess(memory, MEMORY)

    def genius(self, text, code, shape=DOMAIN):
        self.expect("genius", [shape, text, PROFILE], code)

    def both_json(self, text, code):
        for kind in ("negolog", "geniusweb"):
            with self.subTest(kind):
                self.expect(kind, [text, OBJECT], code)

    def test_genius_bytes(self):
        self.genius("", "I003")
        self.genius(JUNK, "I003")
        self.genius(b"\0" * 1_000_000, "I003")
        self.genius("<a>" + " " * 10_000_000 + "</a>", "I002")
        self.genius("\ufeff" + PROFILE.replace("\n", "\r\n"), None)

    def test_a_genius_file_cut_short_anywhere_is_refused(self):
        for length in range(0, len(PROFILE), 23):
            self.genius(PROFILE[:length], "I003")

    def test_genius_entities(self):
        self.genius(laughs(), "I004")
        self.genius('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><utility_space>&e;</utility_space>', "I004")

    def test_genius_shapes(self):
        self.genius(filled("<objective>"), "I003")
        self.genius(filled("<a/>", "<utility_space>", "</utility_space>"), "I005")
        self.genius(filled("<?a b?>", "<utility_space>", "</utility_space>"), "I005")
        self.genius(filled("a", '<utility_space x="', '"/>'), "I005")
        self.genius(filled("<!--a-->", "", '<?xml version="1.0"?>' + PROFILE), None)

    def test_a_tag_of_nothing_but_attributes_is_refused_before_it_is_parsed(self):
        tag = "<utility_space " + " ".join(f'a{i}="1"' for i in range(300_000)) + "/>"
        self.genius(tag, "I012")
        self.genius(b"\xff\xfe" + tag[: FULL // 2].encode("utf-16-le"), "I012")
        for before in ('<?a "?>', "<!-- ' -->", "<?a <!-- ?>"):
            self.genius(before + tag, "I012")
        self.genius("<!-- " + "a=1 " * 5000 + "-->" + PROFILE.replace("</obj", "<![CDATA[<!-- ]]></obj"), None)
        self.genius("<utility_space><![CDATA[<!-- ]]>" + tag, "I012")

    def test_no_encoding_hides_a_tag_or_an_entity(self):
        crowd = "<utility_space " + " ".join(f'a\u3c41{i}="1"' for i in range(60_000)) + "/>"  # holds bytes of `<` in UTF-16
        declared = '<?xml version="1.0" encoding="%s"?>'
        for encoding, name, code in (("utf-16", "UTF-16", "I012"), ("utf-16-le", "UTF-16", "I012"), ("utf-16-be", "UTF-16", "I012"),
                                     ("utf-32", "UTF-32", "I003"), ("utf-32-be", "UCS-4", "I003"), ("utf-7", "UTF-7", "I003")):
            with self.subTest(encoding):
                self.genius((declared % name + crowd).encode(encoding), code)
                self.genius((declared % name + laughs()).encode(encoding), "I004" if code == "I012" else code)
        for encoding, name in (("cp037", "IBM037"), ("iso2022_jp", "ISO-2022-JP"), ("shift_jis", "Shift_JIS"), ("gb18030", "GB18030")):
            with self.subTest(encoding):
                self.genius((declared % name + crowd.replace("\u3c41", "a")).encode(encoding), "I003")
        hidden = crowd.replace("\u3c41", "a").replace("<", "+ADw-").replace("=", "+AD0-")
        self.genius(declared % "UTF-7" + hidden, "I003")
        self.genius("<!-- --> " + declared % "UTF-7" + hidden, "I003")
        for name in ("UTF-16", "no-such", "UTF-8x", "ISO-8859-99", "x" * 1000, ""):
            self.genius(declared % name + PROFILE, "I003")
        self.genius(PROFILE.encode("utf-16")[:-1], "I003")
        self.genius(PROFILE.replace("Price", "Pr\0ce").encode("utf-16"), "I003")

    def test_other_encodings_are_read(self):
        named = [text.replace("Price", "Pr\u00efce") for text in (DOMAIN, PROFILE)]
        for encoding, name in (("utf-8", "UTF-8"), ("utf-8-sig", "utf-8"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("latin-1", "ISO-8859-1"),
                               ("cp1252", "windows-1252")):
            for before in ("", "<!-- of 2014 -->"):
                with self.subTest((name, before)):
                    texts = [(f'{before}<?xml version="1.0" encoding="{name}"?>' + text).encode(encoding) for text in named]
                    self.expect("genius", [*texts, texts[1]], None)

    def test_genius_mistakes_without_end(self):
        bad = '<item value="low" evaluation="x"/>'
        for line in ("", "\n"):
            self.genius(profile(issue(filled(bad + line))), "I012")
            self.genius(profile(filled('<issue name="q" index="7"/>' + line)), "I009")
            self.genius(profile(issue(ITEMS) + filled('<weight index="1" value="q"/>' + line)), "I007")
        self.expect("genius", [domain(NUMBER), rectangles("q"), rectangles("1")], "I007")
        self.expect("genius", [domain(crowd("1")), profile(crowd("x")), profile(crowd("1", first="w"))], "I007")

    def test_a_domain_larger_than_a_scenario_is_refused_before_its_profiles_are_read(self):
        self.genius("no profile", "I012", domain(crowd("1", 115)))

    def test_many_large_files_are_too_long_together(self):
        self.expect("genius", [DOMAIN, *[filled("<a/>", "<utility_space>", "</utility_space>")] * 10], "I002")

    def test_json_bytes(self):
        self.both_json("", "I003")
        self.both_json(JUNK, "I003")
        self.both_json(b"\0" * 100_000, "I003")
        self.both_json(" " * 10_000_000, "I002")
        self.both_json(OBJECT[:-2], "I003")
        self.expect("negolog", ["\ufeff" + OBJECT.replace(" ", "\r\n"), OBJECT], None)

    def test_json_shapes(self):
        self.both_json(filled("[1,"), "I012")
        self.both_json(filled('{"a":'), "I012")
        self.both_json(filled("{},", "[", "1]"), "I012")
        self.both_json("[" * 5000, "I003")
        self.both_json(filled("1,", "[", "1]"), "I005")
        self.both_json(filled("a", '"', '"'), "I003")
        self.both_json(filled('"a":1,', "{", '"b":1}'), "I003")
        keys = "{" + ",".join(f'"k{i}":1' for i in range(300_000)) + "}"
        self.expect("negolog", [keys, OBJECT], "I006")
        self.expect("geniusweb", [keys, OBJECT], "I005")

    def test_json_numbers(self):
        for number in ("NaN", "1e999", "9" * 4000, "Infinity"):
            self.both_json(OBJECT.replace("1", number, 1), "I003")

    def test_json_domains_without_end(self):
        values = ",".join(f'"x{i}":"q"' for i in range(200_000))
        self.expect("negolog", ['{"issueWeights": {"A": 1}, "issues": {"A": {%s}}}' % values, OBJECT], "I012")
        names = ",".join(f'"A{i}":{{"x":1}}' for i in range(150_000))
        self.expect("negolog", ['{"issueWeights": {}, "issues": {%s}}' % names, OBJECT], "I012")

    def test_tables(self):
        for text, code in (
            ("", "I006"), (JUNK, "I003"), (b"\0" * 100_000, "I003"), ("a" * 10_000_000, "I002"), (filled(",", TABLE), "I007"),
            (filled(","), "I006"), (filled("b", TABLE + "a," * 63), "I007"), (filled("c,1,0.5,5\n", TABLE), "I012"),
            (filled("c\n", TABLE), "I006"), (filled('"', TABLE), "I006"), (filled("a,1,2,3\n", TABLE + '"'), "I006"),
            (TABLE + "c,nan,1,1\n", "I007"), (TABLE + "c,1e999,1,1\n", "I007"), ((TABLE + "é,1,1,1\n").encode("latin-1"), "I003"),
            (TABLE[:-8], "I006"), (filled(" \r\n", TABLE), None), ("\ufeff" + TABLE.replace("\n", "\r\n"), None),
        ):
            with self.subTest(text[:60]):
                self.expect("actors", [text], code)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
