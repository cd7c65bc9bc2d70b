export { checkDependencies, type Dependency } from './dependencies.js';
export {
  ConfigError,
  readEnvironment,
  variable,
  type ConfigOf,
  type Environment,
  type Variable,
} from './environment.js';
export { Gate, GateClosedError, type GateLimits } from './gate.js';
export { opening, StartError } from './opening.js';
export { Recent, RecentWork } from './recent.js';
export { TimeLimitError, withTimeout } from './time-limit.js';
