// The report's own small script: sources on focus, arrow keys among numbers, the replay.
(() => {
  'use strict';
  const out = document.documentElement.dataset.folder || 'OUT';
  const box = document.createElement('div');
  box.id = 'told'; box.setAttribute('role', 'tooltip'); box.hidden = true;
  document.body.append(box);
  const command = e => {
    const d = e.dataset;
    let c = `renlin explain ${out} ${d.finding}`;
    if (d.row) c += ` --row '${d.row}'` + (d.column ? ` --column ${d.column}` : '');
    return c;
  };
  const show = e => {
    const code = document.createElement('code');
    code.textContent = command(e);
    box.replaceChildren(document.documentElement.dataset.explain + ' ', code);
    const r = e.getBoundingClientRect();
    box.hidden = false;
    box.style.left = Math.max(4, Math.min(r.left, innerWidth - 540)) + scrollX + 'px';
    box.style.top = r.bottom + scrollY + 6 + 'px';
  };
  for (const e of document.querySelectorAll('[data-finding]')) {
    e.removeAttribute('title');
    e.addEventListener('focus', () => show(e));
    e.addEventListener('mouseenter', () => show(e));
    e.addEventListener('blur', () => { box.hidden = true; });
    e.addEventListener('mouseleave', () => { box.hidden = true; });
  }
  // One tab stop per figure or table; arrows move inside it.
  for (const part of document.querySelectorAll('figure, table, .blk, .px, .price')) {
    const own = [...part.querySelectorAll('[data-finding]')].filter(e => !e.dataset.roved);
    own.forEach((e, i) => {
      e.dataset.roved = '1';
      e.setAttribute('tabindex', i ? -1 : 0);
      e.addEventListener('keydown', k => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[k.key];
        if (k.key === 'Escape') box.hidden = true;
        if (!step || !own[i + step]) return;
        k.preventDefault();
        e.setAttribute('tabindex', -1);
        own[i + step].setAttribute('tabindex', 0);
        own[i + step].focus();
      });
    });
  }
  for (const root of document.querySelectorAll('.replay')) replay(root);

  async function replay(root) {
    const source = root.querySelector('script[type="application/octet-stream"]');
    if (!source || !('DecompressionStream' in window)) return;
    let raw;
    try {
      const bytes = Uint8Array.from(atob(source.textContent.trim()), c => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
      raw = await new Response(stream).arrayBuffer();
    } catch { return; }
    const view = new DataView(raw);
    const n = view.getUint32(4, true), frames = view.getUint32(8, true), step = view.getFloat32(12, true);
    const group = new Uint8Array(raw, 16, n);
    const moved = new Int16Array(raw.slice(16 + n, 16 + n + n * frames * 4));
    const state = new Uint8Array(raw, 16 + n + n * frames * 4, n * frames);
    const at = new Float32Array(n * frames * 2);
    for (let e = 0; e < n; e++) {
      let x = 0, y = 0;
      for (let f = 0, i = e * frames * 2; f < frames; f++, i += 2) {
        x += moved[i]; y += moved[i + 1];
        at[i] = x / 10; at[i + 1] = y / 10;
      }
    }
    root.classList.add('live');
    const canvas = root.querySelector('canvas'), map = root.querySelector('.replay-map');
    const wide = +canvas.dataset.width, high = +canvas.dataset.height;
    const ratio = Math.max(1, Math.min(3, devicePixelRatio * 1.25));
    canvas.width = wide * ratio; canvas.height = high * ratio;
    const pen = canvas.getContext('2d');
    const rows = [...root.querySelectorAll('tbody tr')];
    const css = getComputedStyle(document.documentElement);
    const looks = rows.map(r => ({ marker: r.dataset.marker, colour: css.getPropertyValue(r.dataset.colour).trim() }));
    const play = root.querySelector('button'), slide = root.querySelector('input'), speed = root.querySelector('select');
    const clock = root.querySelector('output'), live = root.querySelector('.replay-says');
    slide.max = (frames - 1) * step; slide.step = step;
    let t = 0, running = false, last = 0;

    const shapes = {
      disc: (x, y, r) => pen.arc(x, y, r, 0, 7),
      ring: (x, y, r) => pen.arc(x, y, r, 0, 7),
      square: (x, y, r) => pen.rect(x - r, y - r, 2 * r, 2 * r),
      frame: (x, y, r) => pen.rect(x - r, y - r, 2 * r, 2 * r),
      diamond: (x, y, r) => poly(x, y, r, [[0, -1.35], [1.35, 0], [0, 1.35], [-1.35, 0]]),
      triangle: (x, y, r) => poly(x, y, r, [[0, -1.25], [1.2, .95], [-1.2, .95]]),
      wedge: (x, y, r) => poly(x, y, r, [[0, 1.25], [1.2, -.95], [-1.2, -.95]]),
      pentagon: (x, y, r) => poly(x, y, r, [[0, -1.2], [1.15, -.35], [.72, 1], [-.72, 1], [-1.15, -.35]]),
    };
    function poly(x, y, r, p) { pen.moveTo(x + r * p[0][0], y + r * p[0][1]); for (const q of p.slice(1)) pen.lineTo(x + r * q[0], y + r * q[1]); pen.closePath(); }
    function draw() {
      const f = Math.min(frames - 1, t / step), a = Math.floor(f), b = Math.min(frames - 1, a + 1), part = f - a;
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, wide, high);
      const counts = looks.map(() => [0, 0, 0, 0]);
      // Common groups first, so that rare ones lie on top.
      const order = [...looks.keys()].sort((g, h) => size[h] - size[g]);
      const now = e => state[e * frames + a];
      for (let e = 0; e < n; e++) counts[group[e]][now(e)]++;
      for (const g of order) {
        const { marker, colour } = looks[g], hollow = marker === 'ring' || marker === 'frame';
        pen.beginPath();
        for (const e of members[g]) {
          const s = now(e);
          if (s !== 1 && s !== 3) continue;
          const i = (e * frames + a) * 2, j = (e * frames + b) * 2;
          const ends = state[e * frames + b] === 1 || state[e * frames + b] === 3;
          const x = at[i] + (ends ? part * (at[j] - at[i]) : 0), y = at[i + 1] + (ends ? part * (at[j + 1] - at[i + 1]) : 0);
          pen.moveTo(x + (marker === 'disc' || hollow ? 2.6 : 0), y);
          (shapes[marker] || shapes.disc)(x, y, g === common ? 2.2 : 3);
        }
        pen.fillStyle = hollow ? '#fff' : colour; pen.strokeStyle = hollow ? colour : '#fff'; pen.lineWidth = hollow ? 1.5 : .6;
        pen.fill(); pen.stroke();
      }
      rows.forEach((r, g) => [...r.querySelectorAll('td')].forEach((cell, i) => {
        const c = counts[g], all = c[0] + c[1] + c[2] + c[3];
        cell.textContent = [c[0], c[1] + c[3], c[2]][i];
        if (i === 2) cell.style.setProperty('--share', all ? c[2] / all : 0);
      }));
      clock.textContent = `${String(Math.floor(t / 60)).padStart(2, '0')}:${String(Math.round(t % 60)).padStart(2, '0')}`;
      slide.value = t;
    }
    const members = looks.map(() => []);
    for (let e = 0; e < n; e++) members[group[e]].push(e);
    const size = members.map(m => m.length), common = size.indexOf(Math.max(...size));
    function tick(now) {
      if (!running) return;
      t = Math.min((frames - 1) * step, t + (now - last) / 1000 * +speed.value);
      last = now; draw();
      if (t >= (frames - 1) * step) return stop();
      requestAnimationFrame(tick);
    }
    function stop() { running = false; play.textContent = play.dataset.play; play.setAttribute('aria-pressed', 'false'); live.textContent = clock.textContent; }
    play.addEventListener('click', () => {
      if (running) return stop();
      if (t >= (frames - 1) * step) t = 0;
      running = true; last = performance.now(); play.textContent = play.dataset.pause; play.setAttribute('aria-pressed', 'true');
      requestAnimationFrame(tick);
    });
    slide.addEventListener('input', () => { t = +slide.value; draw(); });
    root.addEventListener('keydown', k => {
      if (k.target === slide || k.target === speed || k.target === play) return;
      if (k.key === ' ') { k.preventDefault(); play.click(); }
    });
    t = +(root.dataset.still || 0); draw();
    map.querySelectorAll('.still').forEach(g => g.remove());
  }
})();
