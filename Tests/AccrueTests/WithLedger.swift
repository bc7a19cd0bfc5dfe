import Accrue
import AccrueTestKit
import Credit
import EventLog
