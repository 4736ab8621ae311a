from rest_framework.routers import SimpleRouter

from bench.rivals.plain_drf.views import DesignViewSet

router = SimpleRouter(trailing_slash=False)
router.register("api/designs", DesignViewSet, basename="design")
urlpatterns = router.urls
