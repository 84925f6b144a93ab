export const sessionText = {
  stepUp: {
    title: 'Confirm that it is you',
    why: 'This cannot be undone, or hands out far-reaching rights. Prove once more who you are; it holds for five minutes.',
    password: 'Password',
    code: 'Code of your authenticator app, or a recovery code',
    usePassword: 'Use your password instead',
    useCode: 'Use a code instead',
    byProvider: 'You sign in by a provider. Do so once more, then come back to what you were about to do.',
    cancel: 'Cancel',
    confirm: 'Confirm',
  },
} as const
