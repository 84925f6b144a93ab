import { openRemote, runExample } from '@mintmark/example-demonstration'
import { contractFile, serveAlfaOne } from './server.ts'

await runExample({ port: 7002, contractFile, open: openRemote, serve: serveAlfaOne })
