# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a tree that `brink export` wrote and evaluates behaviour on it.

Nothing here comes from brink or from Gambit: a strategy profile is a vector of probabilities, one per action of each information set
("slot"), and everything is computed from the text of the .efg file.
"""

import re

import numpy

TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([{}])|([^\s{},"]+)')
OUTCOMES = ("deal", "interim", "lapse", "collapse", "conflict")


def tokens_of(text):
    for quoted, brace, word in TOKEN.findall(text):
        yield ("word", word) if word else ("brace", brace) if brace else ("text", quoted)


class Node:
    def __init__(self, kind, parent, branch):
        self.kind, self.parent, self.branch = kind, parent, branch
        self.player = self.infoset = None
        self.label, self.actions, self.chances, self.payoffs = "", [], [], []
        self.children = []


def read_node(line, parent, branch):
    tokens = list(tokens_of(line))
    node = Node(tokens[0][1], parent, branch)
    if node.kind == "t":  # t "" outcome "label" { payoffs }
        node.label = tokens[3][1]
        node.payoffs = [float(value) for kind, value in tokens[5:-1]]
        return node
    at = 2
    if node.kind == "p":
        node.player = int(tokens[at][1]) - 1
        at += 1
    node.infoset = int(tokens[at][1])
    node.label = tokens[at + 1][1]
    inside = tokens[at + 3 : tokens.index(("brace", "}"), at)]
    node.actions = [value for kind, value in inside if kind == "text"]
    node.chances = [float(value) for kind, value in inside if kind == "word"]
    return node


class Tree:
    """Nodes in the order of the file: a parent stands before its children."""

    def __init__(self, text):
        head, body = text.split("\n\n", 1)
        self.players = [value for kind, value in tokens_of(head.split("\n")[0]) if kind == "text"][1:]
        self.nodes = []
        waiting = []  # nodes that still expect children
        for line in body.splitlines():
            parent = waiting[-1] if waiting else -1
            node = read_node(line, parent, len(self.nodes[parent].children) if waiting else -1)
            if waiting:
                self.nodes[parent].children.append(len(self.nodes))
            self.nodes.append(node)
            if node.actions:
                waiting.append(len(self.nodes) - 1)
            while waiting and len(self.nodes[waiting[-1]].children) == len(self.nodes[waiting[-1]].actions):
                waiting.pop()
        assert not waiting, "the file ends inside the tree"
        self.lay_out()

    def lay_out(self):
        """Slots, and arrays over nodes."""
        count = len(self.nodes)
        self.slots = {}  # (player, infoset) -> first slot
        self.sets = []  # (first slot, number of actions, player, label, actions), in order of appearance
        total = 0
        for node in self.nodes:
            if node.kind == "p" and (node.player, node.infoset) not in self.slots:
                self.slots[node.player, node.infoset] = total
                self.sets.append((total, len(node.actions), node.player, node.label, node.actions))
                total += len(node.actions)
        self.slot_count = total
        self.set_of_slot = numpy.repeat(numpy.arange(len(self.sets)), [entry[1] for entry in self.sets])
        self.player_of_slot = numpy.repeat([entry[2] for entry in self.sets], [entry[1] for entry in self.sets])
        self.parent = numpy.array([node.parent for node in self.nodes])
        self.slot = numpy.full(count, -1)
        self.chance = numpy.ones(count)
        self.going_on = numpy.ones(count)  # as chance, but the game never stops for lack of patience
        depth = numpy.zeros(count, dtype=int)
        for index, node in enumerate(self.nodes):
            if node.parent < 0:
                continue
            parent = self.nodes[node.parent]
            depth[index] = depth[node.parent] + 1
            if parent.kind == "p":
                self.slot[index] = self.slots[parent.player, parent.infoset] + node.branch
            else:
                self.chance[index] = self.going_on[index] = parent.chances[node.branch]
                if parent.actions == ["stops", "goes on"]:
                    self.going_on[index] = float(node.branch == 1)
        self.layers = [numpy.flatnonzero(depth == d) for d in range(1, depth.max() + 1)] if count > 1 else []
        self.chosen = numpy.flatnonzero(self.slot >= 0)
        self.payoffs = numpy.array([node.payoffs or [0.0] * len(self.players) for node in self.nodes])

    def reach(self, sigma, chance):
        branch = chance.copy()
        branch[self.chosen] = sigma[self.slot[self.chosen]]
        reach = numpy.ones(len(self.nodes))
        for layer in self.layers:
            reach[layer] = reach[self.parent[layer]] * branch[layer]
        return reach, branch

    def action_payoffs(self, sigma):
        """Expected payoff of each slot to its player, given that its information set is reached."""
        reach, branch = self.reach(sigma, self.chance)
        value = self.payoffs.copy()
        for layer in reversed(self.layers):
            numpy.add.at(value, self.parent[layer], branch[layer, None] * value[layer])
        slot = self.slot[self.chosen]
        weight = reach[self.parent[self.chosen]]
        total = numpy.bincount(slot, weight, self.slot_count)
        earned = numpy.bincount(slot, weight * value[self.chosen, self.player_of_slot[slot]], self.slot_count)
        return earned / total

    def respond(self, sigma):
        """The logit answer at lambda 1."""
        payoff = self.action_payoffs(sigma)
        top = numpy.full(len(self.sets), -numpy.inf)
        numpy.maximum.at(top, self.set_of_slot, payoff)
        weight = numpy.exp(payoff - top[self.set_of_slot])
        return weight / numpy.bincount(self.set_of_slot, weight, len(self.sets))[self.set_of_slot]

    def residual(self, sigma):
        return float(numpy.abs(self.respond(sigma) - sigma).max())

    def refine(self, sigma, steps=6):
        """Newton's method on sigma = respond(sigma), from a point that is nearly there."""
        sigma = sigma.copy()
        slope = numpy.empty((self.slot_count, self.slot_count))
        here = self.respond(sigma)
        for slot in range(self.slot_count):
            step = 1e-6 * max(sigma[slot], 1e-6)
            moved = sigma.copy()
            moved[slot] += step
            slope[:, slot] = (self.respond(moved) - here) / step
        slope -= numpy.eye(self.slot_count)
        for _ in range(steps):
            sigma = sigma - numpy.linalg.solve(slope, self.respond(sigma) - sigma)
        return sigma

    # ---- What happens: with the survival branch read at 1 ----

    def outcomes(self, sigma):
        """By kind, by kind and detail, and by round and kind; probabilities."""
        reach, _ = self.reach(sigma, self.going_on)
        kinds, details, rounds = {kind: 0.0 for kind in OUTCOMES}, {}, {}
        for index, node in enumerate(self.nodes):
            if node.kind != "t" or node.label.startswith("stops"):
                continue
            name, number = re.fullmatch(r"(\S+) round (\d+) #\d+", node.label).groups()
            kind = name.split("/")[0]
            kinds[kind] += reach[index]
            details[name] = details.get(name, 0.0) + reach[index]
            rounds.setdefault(number, {k: 0.0 for k in OUTCOMES})[kind] += reach[index]
        return kinds, details, rounds

    def tabled(self, sigma):
        """Expected number of meetings at which a draft is tabled: how often its answer begins."""
        reach, _ = self.reach(sigma, self.going_on)
        tabled = {}
        for index, node in enumerate(self.nodes):
            found = re.search(r"round \d+ answer (\S+) #\d+$", node.label) if node.kind == "p" else None
            above = self.nodes[node.parent].label if node.parent >= 0 else ""
            if found and " answer " not in above.split("#")[0]:
                tabled[found[1]] = tabled.get(found[1], 0.0) + reach[index]
            elif found and round_of(above) != round_of(node.label):
                tabled[found[1]] = tabled.get(found[1], 0.0) + reach[index]
        return tabled

    def postures(self, sigma):
        """Of each round that begins: how likely each party chooses each rung."""
        reach, _ = self.reach(sigma, self.going_on)
        chosen = {}
        for index in self.chosen:
            above = self.nodes[self.parent[index]]
            if " force #" not in above.label:
                continue
            party = chosen.setdefault(round_of(above.label), {}).setdefault(self.players[above.player], {})
            rung = without_copy(above.actions[self.nodes[index].branch])
            party[rung] = party.get(rung, 0.0) + reach[index]
        for parties in chosen.values():
            for rungs in parties.values():
                total = sum(rungs.values())
                for rung in rungs:
                    rungs[rung] /= total
        return chosen

    def first_behaviour(self, sigma):
        """Choices at the information sets of round 1, copies of an action added up."""
        behaviour = {}
        for first, count, player, label, actions in self.sets:
            if round_of(label) != "1":
                continue
            choice = behaviour.setdefault(self.players[player], {}).setdefault(label, {})
            for action in range(count):
                name = without_copy(actions[action])
                choice[name] = choice.get(name, 0.0) + float(sigma[first + action])
        return behaviour


def round_of(label):
    found = re.search(r"round (\d+) ", label)
    return found[1] if found else None


def without_copy(action):
    return re.sub(r"\.\d+$", "", action)
