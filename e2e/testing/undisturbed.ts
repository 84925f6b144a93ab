/** Thrown where an answer says that the machine, not the product, was too slow: 503 of a limiter that waited. */
export class Disturbed extends Error {
  override readonly name = 'Disturbed'
}

const mostAttempts = 5

/**
 * Runs a scenario that counts to the last request. On a machine that stood still for 100 ms Redis is given up for a
 * moment, and with policy `refuse` the answer is 503: nobody knows then what was spent, and the scenario starts anew,
 * with a key of its own each time.
 */
export async function undisturbed<T>(scenario: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await scenario()
    } catch (error) {
      if (!(error instanceof Disturbed) || attempt === mostAttempts) throw error
    }
  }
}
