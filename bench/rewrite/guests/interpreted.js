// Work of an interpreter: objects, strings, calls, arithmetic.
class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
  plus(other) {
    return new Point(this.x + other.x, this.y ^ other.y);
  }
}

function fibonacci(n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

function words(text) {
  const counts = new Map();
  for (const word of text.split(' ')) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts.size;
}

export const program = {
  run([rounds]) {
    let sum = 0;
    const text = Array.from({ length: 200 }, (_, at) => `word${at % 37}`).join(' ');
    for (let left = Number(rounds); left > 0; left--) {
      let point = new Point(0, 0);
      for (let at = 0; at < 300; at++) point = point.plus(new Point(at, left));
      sum = (sum + point.x + fibonacci(10) + words(text)) >>> 0;
    }
    return sum;
  },
};
