
# Every fault, in every phase: see FaultMatrix.pm.

use strict;
use warnings;
use FaultRun;
use Test::More;

run_matrix('entity', 'REST', 'unwound', 'import');
done_testing();
