/** Which HTTP status a framework answers for an exception that nobody rescued. Sources: Rails' rescue_responses, Django's handlers, Laravel's Handler. */
const statuses: readonly [status: number, classes: RegExp][] = [
  [400, /BadRequest|ParameterMissing|ParseError|InvalidParameterError|SuspiciousOperation|QueryParser|MultiPartParserError/],
  [401, /Unauthori[sz]ed|NotAuthenticated|AuthenticationException|AuthenticationFailed/],
  [403, /Forbidden|PermissionDenied|AccessDenied|AuthorizationException|NotAuthorized/],
  [404, /RoutingError|RecordNotFound|ActionNotFound|Http404|NotFoundHttpException|ModelNotFoundException|Resolver404/],
  [405, /MethodNotAllowed|UnknownHttpMethod/],
  [406, /UnknownFormat|MissingExactTemplate|NotAcceptable/],
  [409, /StaleObjectError|ConflictHttp/],
  [413, /RequestDataTooBig|PostTooLarge|EntityTooLarge/],
  [419, /TokenMismatchException/],
  [422, /InvalidAuthenticityToken|InvalidCrossOriginRequest|RecordInvalid|RecordNotSaved|ValidationException|UnprocessableEntity/],
  [429, /TooManyRequests|ThrottleRequestsException|Throttled$/],
  [501, /NotImplementedHttp|ActionController::NotImplemented/],
];

export function statusOfClass(name: string): number | undefined {
  return statuses.find(([, classes]) => classes.test(name))?.[0];
}

/** The client's own fault as far as HTTP tells: told apart from 5xx. */
export function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500;
}
