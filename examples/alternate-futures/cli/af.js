#!/usr/bin/env node
// Whoever lists processes sees the program alone, and no key.
process.title = 'af'
if (Number(process.versions.node.split('.')[0]) >= 24) await import('./main.ts')
else {
  console.error(`af needs Node 24 or later, and this is ${process.version}. In the repository, npx af brings it.`)
  process.exitCode = 2
}
