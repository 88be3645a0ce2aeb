# SPDX-License-Identifier: MPL-2.0
"""Speed-up over ranks as a drawing (SVG), both axes logarithmic."""
import math

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 460, 64, 190, 36, 56
LARGEST = 1024
STYLE = """
  svg { color-scheme: light dark; --ink: #222; --faint: #ccc; --paper: #fff; --c0: #1f5fbf; --c1: #1f5fbf; --c2: #b8430f; --c3: #b8430f }
  @media (prefers-color-scheme: dark) { svg { --ink: #ddd; --faint: #444; --paper: #161616; --c0: #7db2ff; --c1: #7db2ff; --c2: #ff9c6b; --c3: #ff9c6b } }
  text { font: 13px sans-serif; fill: var(--ink) }
  .paper { fill: var(--paper) } .grid { stroke: var(--faint) } .axis { stroke: var(--ink); fill: none }
  .ideal { stroke: var(--ink); stroke-dasharray: 2 4 } .curve { fill: none; stroke-width: 2 } .dashed { stroke-dasharray: 7 4 }
"""


def across(ranks):
    return LEFT + (WIDTH - LEFT - RIGHT) * math.log2(ranks) / math.log2(LARGEST)


class Scale:
    """Of speed-ups, from a power of two below the lowest to one above the highest."""

    def __init__(self, curves):
        every = [s for curve in curves.values() for s in curve.values()]
        self.low, self.high = math.floor(math.log2(min(every))), math.ceil(math.log2(max(every)))

    def __call__(self, speed_up):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log2(speed_up) - self.low) / (self.high - self.low)


def frame(up):
    lines, ticks, highest = [], int(math.log2(LARGEST)), 2**up.high
    for k in range(ticks + 1):
        x = across(2**k)
        lines.append('<line class="grid" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>' % (x, TOP, x, HEIGHT - BOTTOM))
        lines.append('<text x="%.1f" y="%d" text-anchor="middle">%d</text>' % (x, HEIGHT - BOTTOM + 18, 2**k))
    for k in range(up.low, up.high + 1):
        y = up(2.0**k)
        lines.append('<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>' % (LEFT, y, WIDTH - RIGHT, y))
        lines.append('<text x="%d" y="%.1f" text-anchor="end">%g</text>' % (LEFT - 8, y + 4, 2.0**k))
    lines.append('<path class="axis" d="M%d %d V%d H%d"/>' % (LEFT, TOP, HEIGHT - BOTTOM, WIDTH - RIGHT))
    lines.append('<text x="%.0f" y="%d" text-anchor="middle">ranks</text>' % ((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    lines.append('<text x="18" y="%.0f" text-anchor="middle" transform="rotate(-90 18 %.0f)">speed-up of an evaluation</text>' % (middle, middle))
    lines.append('<line class="ideal" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>' % (
        across(1), up(1), across(highest), up(highest)))
    lines.append('<text x="%.1f" y="%.1f">ideal</text>' % (across(highest) + 6, up(highest) + 12))
    return lines


def legend_place(ends, gap=16):
    """Heights of labels near the ends of their curves, none over another."""
    places, last = {}, -1e9
    for name, y in sorted(ends.items(), key=lambda entry: entry[1]):
        last = max(y, last + gap)
        places[name] = last
    return places


def plot(curves):
    """curves: {name: {ranks: speed-up}}; curves of one case have one colour, the second of them dashed."""
    up = Scale(curves)
    lines, ends = frame(up), {}
    for i, (name, curve) in enumerate(curves.items()):
        points = ' '.join('%.1f,%.1f' % (across(r), up(s)) for r, s in sorted(curve.items()))
        colour = 'var(--c%d)' % (i % 4)
        dashed = ' dashed' if i % 2 else ''
        lines.append('<polyline class="curve%s" style="stroke: %s" points="%s"/>' % (dashed, colour, points))
        for r, s in curve.items():
            lines.append('<circle r="3" style="fill: %s" cx="%.1f" cy="%.1f"/>' % (colour, across(r), up(s)))
        ends[name] = up(curve[max(curve)]) + 4
    for i, name in enumerate(curves):
        lines.append('<text x="%d" y="%.1f" style="fill: var(--c%d)">%s</text>' % (
            WIDTH - RIGHT + 10, legend_place(ends)[name], i % 4, name))
    return '\n'.join(['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">' % (WIDTH, HEIGHT),
                      '<title>Predicted speed-up of one evaluation over ranks</title>', '<style>%s</style>' % STYLE,
                      '<rect class="paper" width="%d" height="%d"/>' % (WIDTH, HEIGHT)] + lines + ['</svg>', ''])
