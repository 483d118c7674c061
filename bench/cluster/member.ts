// The process of one node of a cluster that is measured.
import { serveMember } from './serve-member.ts';

serveMember();
