// The process of a node whose machines are simulated.
import { serveMember } from '../../cluster/serve-member.ts';
import { simulateMachines } from './simulated-machines.ts';

serveMember(simulateMachines);
