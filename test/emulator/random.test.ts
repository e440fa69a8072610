import { expect, test } from 'vitest';
import { binomial, seededRandom, splitByWeight } from '../../src/emulator/random.ts';

test('a seed gives the same numbers, another seed others, evenly between 0 and 1', () => {
  const first = seededRandom(5);
  const again = seededRandom(5);
  const other = seededRandom(6);
  const numbers = Array.from({ length: 50_000 }, () => first.next());
  expect(numbers.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => again.next()));
  expect(numbers.slice(0, 100)).not.toEqual(Array.from({ length: 100 }, () => other.next()));
  const tenths = new Array<number>(10).fill(0);
  for (const number of numbers) tenths[Math.floor(number * 10)] = (tenths[Math.floor(number * 10)] ?? 0) + 1;
  // Chi-square with 9 degrees of freedom: 27.9 is passed once in a thousand.
  expect(tenths.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0)).toBeLessThan(27.9);
});

test.each([
  [20, 0.3],
  [500, 0.01],
  [1000, 0.2],
  [100_000, 0.05],
  [1000, 0.97],
])('binomial(%i, %d) has the mean, the variance and the tails that it must have', (count, share) => {
  const random = seededRandom(count);
  const draws = Array.from({ length: 20_000 }, () => binomial(random, count, share));
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
  const expected = count * share * (1 - share);
  expect(Math.abs(mean - count * share)).toBeLessThan(4 * Math.sqrt(expected / draws.length));
  expect(Math.abs(variance / expected - 1)).toBeLessThan(0.05);
  expect(draws.every((draw) => Number.isInteger(draw) && draw >= 0 && draw <= count)).toBe(true);
});

test('small counts follow the binomial distribution value by value', () => {
  const random = seededRandom(3);
  const runs = 100_000;
  const seen = [0, 0, 0, 0];
  for (let run = 0; run < runs; run += 1) {
    const draw = binomial(random, 3, 0.4);
    seen[draw] = (seen[draw] ?? 0) + 1;
  }
  const expected = [0.216, 0.432, 0.288, 0.064];
  const distance = expected.reduce((sum, share, value) => {
    return sum + ((seen[value] ?? 0) - share * runs) ** 2 / (share * runs);
  }, 0);
  // Chi-square with 3 degrees of freedom: 16.3 is passed once in a thousand.
  expect(distance).toBeLessThan(16.3);
});

test('a split by weights loses nothing and gives nothing to weight 0', () => {
  const random = seededRandom(1);
  for (const count of [0, 1, 7, 100_000]) {
    const parts = splitByWeight(random, count, [0, 1, 3, 0]);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(count);
    expect([parts[0], parts[3]]).toEqual([0, 0]);
  }
  expect(splitByWeight(random, 10, [0, 0])).toEqual([0, 0]);
});
