"""A Slurm of one node on loopback, with ports, sockets and files of its own: no service of the machine is touched."""
import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel")
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
CONFIG = """
ClusterName=systole
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={dir}/munge/socket
CredType=cred/munge
SlurmctldPort={controller}
SlurmdPort={node}
StateSaveLocation={dir}/state
SlurmdSpoolDir={dir}/spool
SlurmctldPidFile={dir}/slurmctld.pid
SlurmdPidFile={dir}/slurmd.pid
SlurmctldLogFile={dir}/slurmctld.log
SlurmdLogFile={dir}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_min_interval=100000,batch_sched_delay=0,default_queue_depth=1000
ReturnToService=2
KillWait=2
MaxArraySize={max_array}
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=1000 State=UNKNOWN
PartitionName=work Nodes={host} Default=YES MaxTime=60 State=UP
"""


def missing():
    """Why there can be no cluster here, or None."""
    lacking = [name for name in PROGRAMS if not shutil.which(name, path=PATH)]
    if lacking:
        return f"{', '.join(lacking)} not installed (Debian: slurm-wlm, munge)"
    return "its daemons need root" if os.geteuid() != 0 else None


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Cluster:
    """Used in a with statement; `environment` leads Slurm's commands to it."""

    def __init__(self, folder, cpus=2, max_array=1001):
        self.dir = pathlib.Path(folder)
        self.daemons = []
        self.environment = {"PATH": PATH, "SLURM_CONF": str(self.dir / "slurm.conf")}
        controller, node = free_ports(2)
        # Nothing here uses control groups, and the plugin of their first version begins without any being mounted.
        (self.dir / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        (self.dir / "slurm.conf").write_text(CONFIG.format(dir=self.dir, host=socket.gethostname().split(".")[0], max_array=max_array,
                                                           controller=controller, node=node, cpus=cpus))

    def __enter__(self):
        try:
            munge = self.dir / "munge"
            for folder in (munge, self.dir / "state", self.dir / "spool"):
                folder.mkdir(mode=0o755)
            key = munge / "key"
            key.write_bytes(os.urandom(128))
            key.chmod(0o400)
            self.start("munged", "--foreground", "--force", f"--socket={munge}/socket", f"--key-file={key}", f"--pid-file={munge}/pid",
                       f"--log-file={munge}/log", f"--seed-file={munge}/seed", "--num-threads=2")
            self.wait_for(lambda: (munge / "socket").exists(), "munged")
            self.start("slurmctld", "-D", "-c")
            self.start("slurmd", "-D", "-c", "-N", socket.gethostname().split(".")[0])
            self.wait_for(lambda: self.command("sinfo", "-h", "-o", "%T").stdout.strip() == "idle", "an idle node")
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self, *command):
        log = open(self.dir / f"{command[0]}.out", "wb")
        with log:
            # They end with this process, whatever ends it.
            self.daemons.append(subprocess.Popen(("setpriv", "--pdeathsig", "TERM", *command), env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL,
                                                 stdout=log, stderr=subprocess.STDOUT))

    def command(self, *command):
        return subprocess.run(command, env={**os.environ, **self.environment}, capture_output=True, text=True, timeout=60)

    def wait_for(self, holds, what, seconds=60):
        deadline = time.monotonic() + seconds
        while not holds():
            ended = [daemon.args[3] for daemon in self.daemons if daemon.poll() is not None]
            if ended or time.monotonic() > deadline:
                logs = "\n".join(f"{path.name}: {path.read_text(errors='replace')[-2000:]}" for path in sorted(self.dir.glob("*.log")) + sorted(self.dir.glob("*.out")))
                raise RuntimeError(f"no {what}; ended: {ended}\n{logs}")
            time.sleep(0.1)

    def __exit__(self, *_):
        if len(self.daemons) > 1:
            self.command("scancel", "--user=root", "--signal=KILL")
            self.command("scancel", "--user=root")
            with contextlib.suppress(Exception):
                self.wait_for(lambda: not self.command("squeue", "-h").stdout.strip(), "empty queue", 20)
        for daemon in reversed(self.daemons):
            daemon.send_signal(signal.SIGTERM)
        for daemon in reversed(self.daemons):
            with contextlib.suppress(subprocess.TimeoutExpired):
                daemon.wait(20)
                continue
            daemon.kill()
            daemon.wait()
