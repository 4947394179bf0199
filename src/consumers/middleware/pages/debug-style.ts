/** How the page for developers looks, in light and dark. */
export const debugStyle = `
:root{--line:#8884;--soft:#8881;--hit:#f004}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;margin:0}
header{background:#a11c2f;color:#fff;padding:1.2rem 2rem}
main{padding:0 2rem 3rem;max-width:80rem}
h1{font-size:1.5rem;margin:.2rem 0}
h1 code{font-size:.9rem;opacity:.85}
h2{font-size:1.1rem;margin:2rem 0 .5rem}
.what{margin:0;opacity:.85;overflow-wrap:anywhere}
pre{font:13px/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:.4rem 0}
pre.source{background:var(--soft);border:1px solid var(--line);padding:.5rem 0;white-space:pre;overflow-x:auto}
mark{background:var(--hit);color:inherit;display:inline-block;min-width:100%}
ol{list-style:none;padding:0}
li p{margin:.6rem 0 0;overflow-wrap:anywhere}
details{border-left:3px solid var(--line);padding-left:.8rem;margin:.6rem 0;opacity:.8}
.cause{border-top:1px solid var(--line);margin-top:2rem;padding-top:1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;border-bottom:1px solid var(--line);padding:.25rem .8rem .25rem 0;overflow-wrap:anywhere}
th{width:14rem;font-weight:600}
td{font:13px/1.6 ui-monospace,monospace;white-space:pre-wrap}
footer{margin-top:2rem;opacity:.7}
`;
