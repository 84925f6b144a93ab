import type { PlaintextKey } from '@mintmark/core'
import type { OperatorCaller } from './caller.ts'
import type { OpenIdProvider } from './ports/open-id.ts'
import { acceptByPerson, type AcceptInput, type Joined } from './sign-in/accept-invitation.ts'
import type { Browser } from './sign-in/browser.ts'
import {
  approveDevice,
  beginDevice,
  denyDevice,
  takeDeviceToken,
  type BegunDevice,
  type DeviceToken,
} from './sign-in/device.ts'
import { getPerson, type PersonView } from './sign-in/me.ts'
import {
  beginOpenId,
  finishOpenId,
  type BegunOpenId,
  type FinishedOpenId,
  type OpenIdQuestion,
} from './sign-in/open-id.ts'
import {
  changePassword,
  createResetLink,
  forgetPassword,
  resetPassword,
  type ResetLinkInput,
} from './sign-in/password.ts'
import type { SignInParts } from './sign-in/parts.ts'
import {
  confirmSecondFactor,
  disableSecondFactor,
  enrolSecondFactor,
  type Confirmed,
  type Enrolment,
} from './sign-in/second-factor.ts'
import { mintPageToken, type PageToken, type PageTokenInput } from './sign-in/session-token.ts'
import { createSetUpLink, isWithoutPeople, setUp, type SetUp, type SetUpInput } from './sign-in/set-up.ts'
import { showCode, signIn, stepUp, type BegunSignIn, type SignInInput, type StepUpInput } from './sign-in/sign-in.ts'
import { endSignIn, listSignIns, signOut, signOutEverywhere, type SignInView } from './sign-in/sign-out.ts'

/** People who sign in with a browser. What answers a `cookie` is what the browser keeps from then on. */
export type SignInUseCases = {
  isWithoutPeople(): Promise<boolean>
  createSetUpLink(caller: OperatorCaller): Promise<{ readonly url: string }>
  createResetLink(caller: OperatorCaller, input: ResetLinkInput): Promise<{ readonly url: string }>
  setUp(browser: Browser, input: SetUpInput): Promise<SetUp>
  signIn(browser: Browser, input: SignInInput): Promise<BegunSignIn>
  showCode(browser: Browser, input: { readonly code: string }): Promise<PlaintextKey>
  stepUp(browser: Browser, input: StepUpInput): Promise<PlaintextKey>
  signOut(browser: Browser): Promise<void>
  signOutEverywhere(browser: Browser): Promise<void>
  getPerson(browser: Browser): Promise<PersonView>
  mintPageToken(browser: Browser, input: PageTokenInput): Promise<PageToken>
  forgetPassword(browser: Browser, input: { readonly email: string }): void
  resetPassword(browser: Browser, input: { readonly token: string; readonly password: string }): Promise<void>
  changePassword(
    browser: Browser,
    input: { readonly currentPassword: string; readonly newPassword: string },
  ): Promise<PlaintextKey>
  acceptInvitation(browser: Browser, input: AcceptInput): Promise<Joined>
  listSignIns(browser: Browser): Promise<{ readonly data: readonly SignInView[] }>
  endSignIn(browser: Browser, id: string): Promise<boolean>
  enrolSecondFactor(browser: Browser, input: { readonly password: string }): Promise<Enrolment>
  confirmSecondFactor(browser: Browser, input: { readonly code: string }): Promise<Confirmed>
  disableSecondFactor(browser: Browser, input: { readonly password: string }): Promise<PlaintextKey>
  beginOpenId(question: OpenIdQuestion): Promise<BegunOpenId>
  finishOpenId(browser: Browser, answered: Parameters<typeof finishOpenId>[2]): Promise<FinishedOpenId>
  beginDevice(browser: Browser): Promise<BegunDevice>
  approveDevice(browser: Browser, input: { readonly userCode: string; readonly organizationId: string }): Promise<void>
  denyDevice(browser: Browser, input: { readonly userCode: string }): Promise<void>
  takeDeviceToken(browser: Browser, input: { readonly deviceCode: string }): Promise<DeviceToken>
  /** Who else may say who somebody is. */
  readonly providers: readonly OpenIdProvider[]
  /** Whether links are sent by mail. */
  readonly hasMail: boolean
}

export function createSignIn(parts: SignInParts): SignInUseCases {
  return {
    hasMail: parts.mailer !== null,
    providers: parts.openId?.list ?? [],
    isWithoutPeople: () => isWithoutPeople(parts),
    createSetUpLink: (caller) => createSetUpLink(parts, caller),
    createResetLink: (caller, input) => createResetLink(parts, caller, input),
    setUp: (browser, input) => setUp(parts, browser, input),
    signIn: (browser, input) => signIn(parts, browser, input),
    showCode: (browser, input) => showCode(parts, browser, input),
    stepUp: (browser, input) => stepUp(parts, browser, input),
    signOut: (browser) => signOut(parts, browser),
    signOutEverywhere: (browser) => signOutEverywhere(parts, browser),
    getPerson: (browser) => getPerson(parts, browser),
    mintPageToken: (browser, input) => mintPageToken(parts, browser, input),
    forgetPassword: (browser, input) => forgetPassword(parts, browser, input),
    resetPassword: (browser, input) => resetPassword(parts, browser, input),
    changePassword: (browser, input) => changePassword(parts, browser, input),
    acceptInvitation: (browser, input) => acceptByPerson(parts, browser, input),
    listSignIns: (browser) => listSignIns(parts, browser),
    endSignIn: (browser, id) => endSignIn(parts, browser, id),
    enrolSecondFactor: (browser, input) => enrolSecondFactor(parts, browser, input),
    confirmSecondFactor: (browser, input) => confirmSecondFactor(parts, browser, input),
    disableSecondFactor: (browser, input) => disableSecondFactor(parts, browser, input),
    beginOpenId: (question) => beginOpenId(parts, question),
    finishOpenId: (browser, answered) => finishOpenId(parts, browser, answered),
    beginDevice: (browser) => beginDevice(parts, browser),
    approveDevice: (browser, input) => approveDevice(parts, browser, input),
    denyDevice: (browser, input) => denyDevice(parts, browser, input),
    takeDeviceToken: (browser, input) => takeDeviceToken(parts, browser, input),
  }
}
