// The load where there is no wrk: `node load-autocannon.js <port> <seconds> <connections> <file of requests>`.
import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'

const [port, seconds, connections, file] = process.argv.slice(2)
const { requests, non2xx, errors } = await autocannon({
  url: `http://127.0.0.1:${port}`,
  connections: Number(connections),
  duration: Number(seconds),
  requests: JSON.parse(readFileSync(file, 'utf8')),
})
if (non2xx + errors > 0) throw new Error(`${non2xx} answers were not 2xx, ${errors} failed`)
console.log(`${requests.total} requests in ${seconds}s`)
