import { MOST_LANES } from './lane-drawing.ts';
import { COLORS } from './lanes.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Where lanes and their dots are; a page that allows no style attributes needs a class for each. */
const PLACES = [
  ...numbers(MOST_LANES).map((n) => `.n${n + 1}{--lanes:${n + 1}}`),
  ...numbers(MOST_LANES).map((n) => `.p${n}{--lane:${n}}`),
  ...numbers(COLORS + 1).map((n) => `.c${n}{--line:var(--c${n})}`),
  ...numbers(9).map((n) => `.d${n}{--depth:${n}}`),
].join('\n');

const LIGHT = `
--back:#f4f6f8; --card:#fff; --text:#18212b; --soft:#55626f; --edge:#d5dce3; --code:#f0f3f6; --link:#0b5cad; --mark:#fff2c9; --mark-edge:#b45309; --hover:#eaf2fb;
--good:#12702f; --good-back:#dff4e5; --lost:#b3201b; --lost-back:#fde4e2; --open:#855a00; --open-back:#fdf0cd;
--c0:#64748b; --c1:#2563eb; --c2:#0f8a7e; --c3:#c2570c; --c4:#7c3aed; --c5:#be185d; --c6:#4d7c0f;`;

const DARK = `
--back:#11161c; --card:#1a212a; --text:#e6ebf0; --soft:#a3b0bd; --edge:#323d49; --code:#232c37; --link:#7cb8ff; --mark:#41320a; --mark-edge:#f0b03f; --hover:#22303f;
--good:#6fdc8c; --good-back:#12351f; --lost:#ff9a92; --lost-back:#451a18; --open:#f4c95d; --open-back:#3b2e0b;
--c0:#8fa0b3; --c1:#6ea8ff; --c2:#3fc7b8; --c3:#f39a52; --c4:#b794ff; --c5:#f472b6; --c6:#a3d254;`;

/** The style of the page, which holds nothing of what is explained. */
export const STYLE = `
:root{color-scheme:light dark;${LIGHT}
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:88rem;margin:0 auto;padding:1.5rem clamp(.75rem,3vw,2.5rem)}
h1,h2,h3,h4,p,ul,ol{margin:0}
h1{font-size:clamp(1.15rem,2.6vw,1.6rem);line-height:1.3;font-weight:600}
h2{font-size:1.2rem;line-height:1.3}
.card :is(h2,h3),.over :is(h2,h3),details :is(h2,h3){font-size:1rem}
code{font-family:var(--mono);font-size:.86em;unicode-bidi:isolate}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
.hint,small,.where{color:var(--soft);font-size:.88rem}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:2}

.verdict{background:var(--card);border:1px solid var(--edge);border-left:.5rem solid var(--look);border-radius:.6rem;padding:1rem 1.25rem}
.good{--look:var(--good);--look-back:var(--good-back)}
.lost{--look:var(--lost);--look-back:var(--lost-back)}
.open{--look:var(--open);--look-back:var(--open-back)}
.outcome{color:var(--look);font-size:clamp(1.25rem,3.2vw,1.9rem);line-height:1.25;font-weight:700;margin-top:.25rem}
h2+.outcome{font-size:1.3rem}
.deciding{margin-top:.6rem}
.deciding code{display:block;background:var(--mark);border-left:3px solid var(--mark-edge);padding:.5rem .75rem;margin-bottom:.25rem}
.fix{margin-top:.6rem}
.fix code{background:var(--code);padding:.15em .4em;border-radius:.25rem}
.pill{display:inline-block;background:var(--look-back,var(--code));color:var(--look,var(--soft));border-radius:1rem;padding:.05rem .7rem;font-weight:600;font-size:.94rem}

.remarks,nav,*+.flow{margin-top:2rem}
.flow+.flow{border-top:1px solid var(--edge);padding-top:2rem}
.overview,.remarks ul{list-style:none;padding:0;background:var(--card);border:1px solid var(--edge);border-radius:.6rem}
.overview li,.remarks li{padding:.6rem 1rem}
.overview li{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline}
.overview .pill{margin-left:auto}
.overview li+li,.remarks li+li{border-top:1px solid var(--edge)}
.remarks h2{margin-bottom:.6rem}

.cards{columns:19rem;column-gap:.75rem;margin-top:.75rem}
.card{break-inside:avoid;margin-bottom:.75rem;background:var(--card);border:1px solid var(--edge);border-radius:.6rem;padding:.8rem 1rem}
.card.open{border-color:var(--open)}
.card>*+*{margin-top:.35rem}
.card ul{padding-left:1.1rem}
.card .backends{list-style:none;padding:0;display:grid;grid-template-columns:auto minmax(3rem,1fr) auto;gap:.2rem .75rem;font-variant-numeric:tabular-nums}
.backends li{display:grid;grid-template-columns:subgrid;grid-column:1/-1;align-items:center}
.backends svg{width:100%;height:.45rem;border-radius:.25rem}
.whole{fill:var(--code)}
.part{fill:var(--c1)}

.over{margin-top:1rem}
.path{list-style:none;padding:.4rem 0;margin:.6rem 0;background:var(--card);border:1px solid var(--edge);border-radius:.6rem;--pitch:min(1.15rem,calc(34vw / var(--lanes)));--knee:1.25rem;--indent:.3rem}
.row{display:grid;grid-template-columns:calc(var(--lanes)*var(--pitch)) minmax(0,1fr);column-gap:.75rem;padding:0 .9rem;scroll-margin:1rem}
.row>.does,.row>.rule{grid-column:2;padding:.5rem 0 .5rem calc(var(--depth,0)*var(--indent))}
.row>.does+.rule{padding-top:0}
.lanes{position:relative;grid-row:1/span 2}
.lanes svg{position:absolute;left:0;width:100%;overflow:visible}
.upper{top:-.5px;height:calc(var(--knee) + 1px)}
.lower{top:var(--knee);height:calc(100% - var(--knee) + .5px)}
.lanes path{fill:none;stroke:var(--line);vector-effect:non-scaling-stroke}
.lanes path.open{stroke-dasharray:5 4}
.dot{position:absolute;top:var(--knee);left:calc((var(--lane) + .5)*var(--pitch));width:.8rem;height:.8rem;margin:-.4rem;border-radius:50%;background:var(--card);border:3px solid var(--line)}
.dot.fork{border-radius:0;transform:rotate(45deg)}
.dot.start,.dot.end{background:var(--line)}
.path .is-hook :is(h3,h4){color:var(--soft);font-size:.78rem;letter-spacing:.08em;text-transform:uppercase}
.row.is-hook>.does,.row.is-branch>.does{padding:.45rem 0 0}
.is-hook .lanes,.is-branch .lanes{--knee:.9rem}
.branch{font-weight:600;font-size:.92rem}
.branch::before{content:"";display:inline-block;width:.7em;height:.7em;margin-right:.5em;border-radius:2px;background:var(--line)}
.is-more p{font-size:.92rem}
.place{font-family:var(--mono);font-size:.8rem;color:var(--soft)}
.rule{display:grid;grid-template-columns:minmax(0,1fr);align-items:baseline}
.rule a{font-size:.8rem}
.rule small{font-size:.78rem}
.rule span{display:inline-block;max-width:100%}
.rule code{background:var(--code);border-left:3px solid transparent;border-radius:.25rem;padding:.3rem .6rem}
.row:is(:hover,:focus-within,:target){background:var(--hover)}
.row:is(:hover,:focus-within,:target) .rule code{border-left-color:var(--link)}
.row:is(:hover,:focus-within,:target) .dot{box-shadow:0 0 0 4px var(--link)}
.row.decides{background:var(--mark)}
.row.decides .rule code{border-left-color:var(--mark-edge);background:var(--card)}
.row.decides .dot{border-color:var(--mark-edge);background:var(--mark-edge)}
.tag{display:inline-block;color:var(--mark-edge);font-weight:700;font-size:.85rem}
.path+details{margin-top:1rem}
summary{cursor:pointer}
summary :is(h2,h3){display:inline}
footer{max-width:88rem;margin:0 auto;padding:0 clamp(.75rem,3vw,2.5rem) 2rem;color:var(--soft);font-size:.85rem}

@media (min-width:40rem){
.path{--indent:.9rem}
.rule{grid-template-columns:4.5rem minmax(0,1fr)}
.rule small{grid-column:2}
}
@media (min-width:62rem){
.row{grid-template-columns:calc(var(--lanes)*var(--pitch)) minmax(0,5fr) minmax(0,6fr);column-gap:1.25rem}
.row>.rule{grid-column:3}
.row>.does+.rule{padding:.5rem 0}
.row>.does:last-child{grid-column:2/-1}
.lanes{grid-row:1}
}
@media (forced-colors:active){
.lanes path{stroke:CanvasText}
.dot{border-color:CanvasText;forced-color-adjust:none}
.row.decides{outline:2px solid Highlight}
}
@media print{
@page{margin:12mm}
:root{color-scheme:light}
body{background:#fff;font-size:9.5pt}
main,footer{max-width:none;padding:0}
.skip,.deciding a{display:none}
.row,.card,.overview li,.remarks li,.verdict{break-inside:avoid}
.is-hook,.is-branch,h2,h3{break-after:avoid}
.flow+.flow{break-before:page;border:0;padding:0}
details::details-content{content-visibility:visible;display:block;height:auto}
a{color:inherit;text-decoration:none}
.verdict,.pill,.row,.rule code,.deciding code,.lanes,.dot,.backends svg{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
${PLACES}
`;
