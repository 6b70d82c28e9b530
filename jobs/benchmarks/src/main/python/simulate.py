"""Runs the project's simulations so many times as long as the build does: simulate.py TIMES SETTING."""
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

import measuring

home = measuring.WORK.parents[3]
start = time.time()
subprocess.run(["mvn", "-B", "-ntp", "-q", "-pl", "evaluation", "-am", f"-Dsimulations={sys.argv[1]}",
                "-Dtest=*SimulationTest", "-Dsurefire.failIfNoSpecifiedTests=false", "-Dmaven.test.failure.ignore=true", "test"],
               cwd=home, check=True, stdout=sys.stderr)
reports = [xml.parse(file).getroot() for file in home.glob("**/target/surefire-reports/TEST-*SimulationTest.xml")
           if file.stat().st_mtime >= start]
if not reports:
    raise SystemExit("no simulation ran")
broken = [case.get("name") for report in reports for case in report.iter("testcase")
          if case.find("failure") is not None or case.find("error") is not None]
measuring.report("this project", sum(float(report.get("time")) for report in reports), {
    "tests": sum(int(report.get("tests")) for report in reports),
    "failures": len(broken),
}, "broken: " + "; ".join(broken) if broken else "", peak=0)
