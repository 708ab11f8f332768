"""Sliding windows, against counting by hand."""

import random
import unittest

import support  # noqa: F401  (finds the stand-ins)
from standin.windows import SlidingWindow, most_in_window


class Windows(unittest.TestCase):
    def test_fullest_window(self):
        rnd = random.Random(7)
        for length in (1, 10, 100):
            times = [rnd.randrange(300) for _ in range(80)]
            by_hand = max(sum(start <= moment < start + length for moment in times)
                          for start in range(-100, 301))
            count, start = most_in_window(times, length)
            self.assertEqual(count, by_hand)
            self.assertEqual(sum(start <= moment < start + length for moment in times), count)
        self.assertEqual(most_in_window([], 10), (0, None))

    def test_a_window_slides(self):
        window = SlidingWindow(10)
        for moment in (0, 4, 9):
            self.assertEqual(window.wait_ms(moment, 3), 0)
            window.add(moment)
        self.assertEqual((window.used(9), window.wait_ms(9, 3)), (3, 1))
        self.assertEqual((window.used(10), window.wait_ms(10, 3)), (2, 0))
        self.assertEqual(window.wait_ms(10, 1), 9)
        self.assertEqual(window.used(19), 0)


if __name__ == '__main__':
    unittest.main()
