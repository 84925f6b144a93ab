import { x } from '@mintmark/core'
console.log(x satisfies number)
