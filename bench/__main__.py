"""`python -m bench`: measure, print the table, write bench/results.json."""

import argparse
import cProfile
import pstats
import sys
from dataclasses import asdict

from flask import Flask

from bench import databases, finishing, opening, telling, weight
from bench.calling import Person, call, sign_in
from bench.cases import SECTION, Case, cases_of
from bench.measuring import Result, measure
from bench.world import World, make_world
from vsportal.assets import compress_own

LEAST_ROUNDS = 200


def main() -> None:
    """Measure what is asked for."""
    asked = _arguments()
    compress_own()
    results: list[Result] = []
    opened: list[opening.Opened] = []
    printed: list[tuple[str, finishing.Printed]] = []
    careful: dict[str, str] = {}
    for name in asked.only or databases.wanted():
        with databases.application(name) as app:
            print(f"{telling.NAMES[name]}: making {name} data …", file=sys.stderr, flush=True)
            with app.app_context():
                world = make_world()
            careful[name] = databases.settle(app)
            teacher, adviser = sign_in(app, world.teacher), sign_in(app, world.adviser)
            request = finishing.prepare(app, world)
            cases = [
                *cases_of(app, world, teacher, adviser),
                *finishing.cases_of(app, world, adviser, request),
            ]
            if asked.profile is not None:
                _profile(app, cases[asked.profile])
                return
            results += measure(app, cases, rounds=asked.rounds)
            visit, section = _weights(app, world, teacher)
            printed.append((name, finishing.measure_pdf(app, world, adviser)))
            opened.append(opening.measure(app, world))
    lines = [
        *telling.table(results, careful),
        *telling.carried(results),
        *opening.lines(opened),
        *finishing.lines(printed),
        *telling.weights(visit, section),
    ]
    print("\n".join(lines))
    more = {
        "term_open": [asdict(each) for each in opened],
        "pdf": [{"database": name, **asdict(one)} for name, one in printed],
    }
    print(f"\nWritten to {telling.write(results, careful, visit, section, more)}.", file=sys.stderr)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS, help="times of each variant")
    parser.add_argument("--only", action="append", choices=tuple(telling.NAMES), help="one database")
    parser.add_argument("--profile", type=int, metavar="CASE", help="where the time of one case (0 …) goes")
    return parser.parse_args()


def _weights(app: Flask, world: World, who: Person) -> tuple[list[weight.Weight], weight.Weight]:
    path = f"/peps/{world.read}/sections/{SECTION}"
    return weight.first_visit(app), weight.a_section(app, path, who)


def _profile(app: Flask, case: Case) -> None:
    """Where the time of one case goes, over a hundred requests."""
    profile = cProfile.Profile()
    for turn in range(130):
        asked = case.request()
        if turn >= 30:
            profile.enable()
        call(app, asked, case.who.cookie)
        profile.disable()
        if case.after:
            case.after()
    print(case.name)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(90)


if __name__ == "__main__":
    main()
