/** Fills the plain page. */
const { document } = globalThis;
const rows = document.getElementById('rows');
for (let row = 1; row <= 10_000; row += 1) {
  const line = document.createElement('div');
  line.textContent = `Organization ${row}`;
  rows.append(line);
}
